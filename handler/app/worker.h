#pragma once
// A process that runs jobs of the queue and answers nobody.

#include <functional>

#include "handler/config/settings.h"
#include "runner/base/result.h"

namespace towermill {

/// Until SIGTERM or SIGINT (finish what runs, for up to stop_s) or SIGQUIT (give back what runs); calls
/// `working` once it does. Call it on the main thread, with no other thread. Error: what could not be built.
Result<void> work(const Settings& settings, const std::function<void()>& working);

}  // namespace towermill
