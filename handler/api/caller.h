#pragma once
// Who calls, and whether he may: before anything is looked for or started.

#include <optional>
#include <variant>

#include "handler/api/services.h"
#include "handler/args/receive.h"
#include "handler/auth/access.h"
#include "handler/auth/caller.h"
#include "handler/http/exchange.h"
#include "handler/http/query.h"

namespace towermill {

struct RunOrder;

/// Somebody who may run what he asks for.
struct Admitted {
  Caller caller;
  Granted granted = {};
  std::optional<Body> body = {};  // read already, for it is what was signed
};

/// Or the response to who may not, or to a sender's challenge. The log says why.
std::variant<Admitted, Response> find_caller(Exchange& exchange, const RunOrder& order, const Query& query,
                                             const Services& services);

/// The request as scripts may see it: without what let the caller in.
Request shown_to_scripts(const Request& request, const Granted& granted);

}  // namespace towermill
