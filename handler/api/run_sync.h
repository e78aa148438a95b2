#pragma once
// A run whose caller waits for its result: by run_wait_result, or by a custom route.

#include <memory>

#include "handler/api/admission.h"
#include "handler/api/services.h"
#include "handler/http/exchange.h"
#include "runner/base/clock.h"

namespace towermill {

/// Checks who calls and what for, then runs it here, or gives it its place in the line; refusals are answered
/// at once.
void run_and_wait(std::unique_ptr<Exchange> exchange, const RunOrder& order, const Services& services,
                  TimePoint arrived);

}  // namespace towermill
