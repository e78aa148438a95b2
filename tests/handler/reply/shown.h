#pragma once
// A response as one line, for comparing: status [headers] body.

#include <string>

#include "handler/http/message.h"

namespace towermill {

inline std::string shown(const Response& response) {
  std::string line = std::to_string(response.status) + " [";
  for (const Header& header : response.headers) {
    if (!line.ends_with('[')) line += '|';
    line += header.name + ": " + header.value;
  }
  return line + "] " + response.body;
}

}  // namespace towermill
