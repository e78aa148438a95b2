#pragma once
// What a caller sends who knows a key or a password.

#include <optional>
#include <string>
#include <string_view>

#include "handler/auth/credentials.h"
#include "handler/http/message.h"

namespace towermill {

struct Login {
  std::string user, password;
};

/// Of "Basic dXNlcjpwYXNz" (RFC 7617). nullopt: it is none.
std::optional<Login> parse_basic(std::string_view authorization);

/// Both take as long whatever is wrong.
bool is_right(const BasicLogin& wanted, const Request& request);
bool is_right(const ApiKey& wanted, const Request& request);

}  // namespace towermill
