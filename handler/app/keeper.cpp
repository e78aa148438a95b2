#include "handler/app/keeper.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "handler/app/setup.h"
#include "handler/app/signals.h"
#include "runner/launch/orphans.h"

namespace towermill {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_pause{100}, longest_pause{5000};
// A server that lived this long did not die of its start.
constexpr milliseconds good_life{10'000};
constexpr milliseconds longest_sweep{2000};

class Keeper {
 public:
  Keeper(const Listener& listener, const Log& log, const std::function<int(int)>& serve, Signals signals,
         Orphans& orphans)
      : listener_(listener), log_(log), serve_(serve), signals_(std::move(signals)), orphans_(orphans) {}

  int run() {
    for (;;) {
      const int status = start() ? watch() : EXIT_FAILURE;
      orphans_.spare(0);
      orphans_.end_all(Clock::now() + longest_sweep);
      if (stopping_ || (first_ && status == exit_wrong_settings)) return status;
      first_ = false;
      log_.error("server died", {{"status", std::int64_t{status}}});
      if (!pause()) return status;
    }
  }

 private:
  bool start();
  int watch();
  bool pause();
  void pass_on(int signal);

  const Listener& listener_;
  const Log& log_;
  const std::function<int(int)>& serve_;
  Signals signals_;
  Orphans& orphans_;
  pid_t server_ = 0;
  TimePoint started_;
  milliseconds pause_{0};
  bool stopping_ = false;
  bool first_ = true;  // what is wrong at the first start is wrong with the settings; later it may pass
};

bool Keeper::start() {
  const pid_t keeper = ::getpid();
  started_ = Clock::now();
  server_ = ::fork();
  if (server_ < 0) {
    log_.error("cannot fork the server", {});
    return false;
  }
  if (server_ == 0) {
    // The keeper's death is a stop at once: nobody would be left to sweep after us.
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT, 0, 0, 0);
    if (::getppid() != keeper) ::_exit(EXIT_FAILURE);
    ::_exit(serve_(listener_.socket.get()));
  }
  orphans_.spare(server_);
  return true;
}

/// Until the server has ended. Its exit code, or 128 + the signal that killed it.
int Keeper::watch() {
  for (;;) {
    int status = 0;
    if (::waitpid(server_, &status, WNOHANG) == server_)
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    const auto signal = signals_.next(Clock::now() + std::chrono::seconds(5));
    if (signal && *signal != SIGCHLD) pass_on(*signal);
    orphans_.sweep();  // an earlier server's, should one have outlived the sweep after it
  }
}

void Keeper::pass_on(int signal) {
  // Who connects from now on is refused at once, and not kept waiting for a server that goes.
  if (!listener_.path.empty()) ::unlink(listener_.path.c_str());
  ::kill(server_, stopping_ ? SIGQUIT : signal);
  stopping_ = true;
}

/// At once after a good life, else with back-off. False: told to stop meanwhile.
bool Keeper::pause() {
  const bool lived_well = Clock::now() - started_ > good_life;
  const milliseconds wait = lived_well ? milliseconds(0) : pause_;
  pause_ = lived_well ? milliseconds(0) : std::clamp(pause_ * 2, first_pause, longest_pause);
  const TimePoint until = Clock::now() + wait;
  while (Clock::now() < until)
    if (const auto signal = signals_.next(until); signal && *signal != SIGCHLD) return false;
  return true;
}

}  // namespace

int keep(const Listener& listener, const Log& log, const std::function<int(int)>& serve) {
  auto signals = Signals::take({SIGTERM, SIGINT, SIGQUIT, SIGCHLD});
  auto orphans = Orphans::adopt();
  if (!signals || !orphans) {
    log.error("cannot keep a server",
              {{"why", !signals ? signals.error().message : orphans.error().message}});
    return EXIT_FAILURE;
  }
  return Keeper(listener, log, serve, std::move(*signals), **orphans).run();
}

}  // namespace towermill
