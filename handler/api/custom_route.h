#pragma once
// /api/r/…: what workspaces answer to by their own *.http_trigger.yaml.

#include <memory>

#include "handler/api/router.h"
#include "handler/api/services.h"
#include "handler/http/exchange.h"
#include "runner/base/clock.h"

namespace towermill {

/// Finds the route, and has its script run as run_wait_result, run or run_and_stream would, or
/// answers at once.
void answer_custom_route(std::unique_ptr<Exchange> exchange, const CustomRoute& path,
                         const Services& services, TimePoint arrived);

}  // namespace towermill
