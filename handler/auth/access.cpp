#include "handler/auth/access.h"

namespace towermill {

Access access_of(const Authentication& wanted, const Request& request, const Query& query,
                 const Tokens& tokens) {
  switch (wanted.method) {
    case AuthenticationMethod::none:
      return Access::granted;
    case AuthenticationMethod::windmill:
      return tokens.accepts(presented_token(request, query)) ? Access::granted : Access::denied;
    default:
      return Access::unsupported;
  }
}

std::string unsupported_authentication(AuthenticationMethod method) {
  switch (method) {
    case AuthenticationMethod::none:
    case AuthenticationMethod::windmill:
      return "";
    case AuthenticationMethod::api_key:
      return "authentication_method api_key is not supported";
    case AuthenticationMethod::basic_http:
      return "authentication_method basic_http is not supported";
    case AuthenticationMethod::custom_script:
      return "authentication_method custom_script is not supported";
    case AuthenticationMethod::signature:
      return "authentication_method signature is not supported";
  }
  return "";
}

}  // namespace towermill
