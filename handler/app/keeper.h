#pragma once
// The keeper: the serving process's parent. One thread; holds the listening socket, so that no connection is
// refused while it starts a dead server anew, and kills what a dead server's runs have left behind. To a
// service manager it is the service's main process, the one that reports.

#include <cstdint>
#include <functional>

#include "handler/front/listener.h"
#include "handler/observe/log.h"

namespace towermill {

inline constexpr int exit_wrong_settings = 100;

/// Serves until told to stop and calls `serving` as soon as it does serve. Returns an exit status.
using Serve = std::function<int(const std::function<void()>& serving)>;

/// Runs `serve` in a child process and keeps it alive until a signal says stop: SIGTERM and SIGINT pass on as
/// they are, a second one as SIGQUIT. The service manager hears of start, death and stop, and that a stop may
/// take `stop_s`. Returns the exit status for the process; exit_wrong_settings at the first start is not
/// worth a second try. Call it before any thread is started.
int keep(const Listener& listener, const Log& log, std::int64_t stop_s, const Serve& serve);

}  // namespace towermill
