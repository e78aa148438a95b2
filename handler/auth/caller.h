#pragma once
// Who calls, as far as that is known.

#include <cstdint>
#include <optional>
#include <string>

#include "handler/auth/scopes.h"

namespace towermill {

struct Caller {
  std::string name;                            // of jobs' created_by: "admin", "webhook-shop", "label-x"
  Scopes scopes = {};                          // what the token may be used for
  std::string workspace = {};                  // the token counts only there; empty: everywhere
  std::optional<std::int64_t> expires_s = {};  // the token's last moment, Unix time; nullopt: none

  bool counts_in(const std::string& other) const { return workspace.empty() || workspace == other; }
};

inline const std::string operator_name = "admin";
inline const std::string anonymous_name = "anonymous";  // who was asked for no token

}  // namespace towermill
