#pragma once
// The serving process: everything built from the settings, in order; then signals; then the stop.

#include <functional>

#include "handler/config/settings.h"
#include "handler/front/listener.h"
#include "runner/base/result.h"

namespace towermill {

/// Serves FastCGI on `listener` until SIGTERM or SIGINT (finish what runs, for up to stop_s) or SIGQUIT (end
/// what runs); calls `serving` once it does. Call it on the main thread, with all signals blocked and no
/// other thread. Error: what could not be built.
Result<void> serve(const Listener& listener, const Settings& settings, const std::function<void()>& serving);

}  // namespace towermill
