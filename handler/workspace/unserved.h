#pragma once
// Files of a workspace that answer to no path, though their author may think they do.

#include <string>
#include <vector>

namespace towermill {

struct Unserved {
  std::string file;
  std::string why;  // "it is not executable"
};

/// At most `most`, those below f/ and u/ first. What belongs to Windmill's layout, READMEs and hidden files
/// are meant not to be served, and left out.
std::vector<Unserved> list_unserved(const std::string& root, std::size_t most);

}  // namespace towermill
