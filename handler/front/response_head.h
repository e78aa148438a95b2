#pragma once
// A response's head as CGI knows it (RFC 3875 section 6.2): "Status:", the headers, an empty line.

#include <string>

#include "handler/http/message.h"

namespace towermill {

/// Content-Length is added for `body_bytes`, except where the status has no body (204, 205, 304).
std::string response_head(const Response& response, std::size_t body_bytes);

}  // namespace towermill
