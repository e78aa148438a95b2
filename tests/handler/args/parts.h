#pragma once
// Parts of a multipart body whose boundary is "b"; "--b--" ends it.

#include <string>

namespace towermill {

inline std::string field(const std::string& name, const std::string& value) {
  return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
}

inline std::string file(const std::string& name, const std::string& file_name, const std::string& content) {
  return field(name + "\"; filename=\"" + file_name, content);
}

}  // namespace towermill
