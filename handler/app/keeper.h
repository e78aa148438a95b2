#pragma once
// The keeper: the serving process's parent. One thread; holds the listening socket, so that no connection is
// refused while it starts a dead server anew, and kills what a dead server's runs have left behind.

#include <functional>

#include "handler/front/listener.h"
#include "handler/observe/log.h"

namespace towermill {

inline constexpr int exit_wrong_settings = 100;

/// Runs `serve(listening socket)` in a child process and keeps it alive until a signal says stop: SIGTERM and
/// SIGINT pass on as they are, a second one as SIGQUIT. Returns the exit status for the process. `serve`
/// returns an exit status; exit_wrong_settings at the first start is not worth a second try. Call it before
/// any thread is started.
int keep(const Listener& listener, const Log& log, const std::function<int(int)>& serve);

}  // namespace towermill
