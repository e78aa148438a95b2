#pragma once
// Who may call something, as its author wrote it down.

#include <string>

namespace towermill {

/// Windmill's words for it, in its order.
enum class AuthenticationMethod { none, windmill, api_key, basic_http, custom_script, signature };

/// Whether a resource says what a caller has to know.
inline bool needs_resource(AuthenticationMethod method) {
  return method == AuthenticationMethod::api_key || method == AuthenticationMethod::basic_http ||
         method == AuthenticationMethod::signature;
}

struct Authentication {
  AuthenticationMethod method = AuthenticationMethod::windmill;
  std::string resource_path = {};  // "f/shop/github", where the secrets for it are named
};

}  // namespace towermill
