#pragma once
// Whether a request may run what it asks for: the one place that decides it.

#include <string>

#include "handler/auth/tokens.h"
#include "handler/http/message.h"
#include "handler/http/query.h"
#include "handler/workspace/authentication.h"

namespace towermill {

enum class Access {
  granted,
  denied,       // the caller is not known
  unsupported,  // this server cannot tell: nobody may
};

/// Decided before the body is read: a stranger's never is.
Access access_of(const Authentication& wanted, const Request& request, const Query& query,
                 const Tokens& tokens);

/// Why nobody may, where access_of() says unsupported; "" for a method that works.
std::string unsupported_authentication(AuthenticationMethod method);

}  // namespace towermill
