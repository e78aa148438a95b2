#pragma once
// A response's head as CGI knows it (RFC 3875 section 6.2): "Status:", the headers, an empty line.

#include <cstddef>
#include <optional>
#include <string>

#include "handler/http/message.h"

namespace towermill {

/// Content-Length is added for `body_bytes`, except where the status has no body (204, 205, 304), and where
/// nobody knows yet.
std::string response_head(const Response& response, std::optional<std::size_t> body_bytes);

}  // namespace towermill
