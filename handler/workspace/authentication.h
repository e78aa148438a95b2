#pragma once
// Who may call something, as its author wrote it down.

#include <string>

namespace towermill {

/// Windmill's words for it, in its order.
enum class AuthenticationMethod { none, windmill, api_key, basic_http, custom_script, signature };

struct Authentication {
  AuthenticationMethod method = AuthenticationMethod::windmill;
  std::string resource_path = {};  // where the secrets for it are named
};

}  // namespace towermill
