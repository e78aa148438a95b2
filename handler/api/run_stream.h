#pragma once
// A run whose caller hears what it says before its result (server-sent events).

#include <memory>

#include "handler/api/admission.h"
#include "handler/api/services.h"
#include "handler/http/exchange.h"
#include "runner/base/clock.h"

namespace towermill {

/// As run_and_wait(), but what the script yields is sent at once, each part an event.
void run_and_stream(std::unique_ptr<Exchange> exchange, const RunOrder& order, const Services& services,
                    TimePoint arrived);

}  // namespace towermill
