#pragma once
// Who may call an operation, in OpenAPI's words.

#include <functional>
#include <string>

#include "handler/workspace/authentication.h"
#include "handler/workspace/workspace.h"

namespace towermill {

/// The header by which the callers of a route are known; "": it is not known.
using HeaderOf = std::function<std::string(const Workspace&, const Authentication&)>;

struct Security {
  std::string name;    // among the document's security schemes; empty: everybody may call
  std::string scheme;  // JSON
};

Security token_security();

/// `header` is by whom HeaderOf tells.
Security security_of(const Authentication& authentication, const std::string& header);

}  // namespace towermill
