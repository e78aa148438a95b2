#pragma once
// Making a token: never a wider one than that of who asks.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "handler/auth/caller.h"
#include "handler/auth/token_store.h"

namespace towermill {

/// What is left out is as the token's that asks.
struct NewToken {
  std::string label = {};
  std::optional<std::int64_t> expires_s = {};
  std::optional<std::vector<std::string>> scopes = {};
  std::string workspace = {};
};

struct Refused {
  enum Why { wrong, too_wide, store } why;  // store: what it says is for the log
  std::string message;
};

/// The token's text: it can be seen only now.
std::variant<std::string, Refused> make_token(const Caller& by, const NewToken& wanted, TokenStore& store);

}  // namespace towermill
