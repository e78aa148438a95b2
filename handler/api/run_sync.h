#pragma once
// A run whose caller waits for its result: by run_wait_result, or by a custom route.

#include <functional>
#include <memory>
#include <string>

#include "handler/api/router.h"
#include "handler/api/services.h"
#include "handler/args/asked.h"
#include "handler/args/event.h"
#include "handler/http/exchange.h"
#include "handler/workspace/authentication.h"
#include "runner/base/clock.h"

namespace towermill {

enum class QueryTimeout { heeded, ignored };  // ?timeout=5, by which a caller shortens it

/// Which script a request is to run, and how.
struct RunOrder {
  std::string workspace;
  RunnableBy by = RunnableBy::path;
  std::string name;                    // the path, or the version
  Authentication authentication = {};  // who may
  std::string unsupported = {};        // why it cannot be run, whoever calls; empty: it can
  std::function<Result<ArgsAsked>(const Query&)> asked = asked_in;  // what becomes args; error: a 400
  QueryTimeout query_timeout = QueryTimeout::heeded;
  std::optional<RouteOfEvent> route = {};  // what a preprocessor is told of it; nullopt: a webhook
  Endpoint counted_as = Endpoint::run;
  Texts origins;  // whose pages may read the answer
};

RunOrder order_of(const RunWaitResultRoute& route, const Services& services);

/// Checks who calls and what for, then runs it here, or gives it its place in the line; refusals are answered
/// at once.
void run_and_wait(std::unique_ptr<Exchange> exchange, const RunOrder& order, const Services& services,
                  TimePoint arrived);

}  // namespace towermill
