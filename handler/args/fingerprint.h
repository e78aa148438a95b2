#pragma once
// What a request is told by from another that claims to be the same.

#include <string>

#include "handler/args/receive.h"
#include "handler/http/message.h"

namespace towermill {

/// 64 hex digits, of the path, the query and the body. Of a form its fields, and its files' names, types and
/// sizes: each sending has another boundary.
std::string fingerprint_of(const Request& request, const Body& body);

}  // namespace towermill
