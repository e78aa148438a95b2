#pragma once
// run_wait_result: a webhook that waits for its script. Windmill routes jobs/run_wait_result/….

#include <memory>

#include "handler/api/router.h"
#include "handler/api/services.h"
#include "handler/http/exchange.h"
#include "runner/base/clock.h"

namespace towermill {

/// Checks who calls and what for, then runs it here, or gives it its place in the line; refusals are answered
/// at once.
void run_and_wait(std::unique_ptr<Exchange> exchange, const RunWaitResultRoute& route,
                  const Services& services, TimePoint arrived);

}  // namespace towermill
