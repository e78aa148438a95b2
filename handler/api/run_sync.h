#pragma once
// A run whose caller waits for its result: by run_wait_result, or by a custom route.

#include <memory>
#include <optional>
#include <string>

#include "handler/api/router.h"
#include "handler/api/services.h"
#include "handler/args/asked.h"
#include "handler/args/event.h"
#include "handler/http/exchange.h"
#include "handler/workspace/authentication.h"
#include "runner/base/clock.h"

namespace towermill {

/// Which script a request is to run, and how.
struct RunOrder {
  std::string workspace;
  RunnableBy by = RunnableBy::path;
  std::string name;                        // the path, or the version
  Authentication authentication = {};      // who may
  std::optional<ArgsAsked> asked = {};     // nullopt: the query says, and may shorten the timeout too
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
