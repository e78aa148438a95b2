#include "handler/app/signals.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

#include "runner/base/thread.h"

namespace towermill {

Result<Signals> Signals::take(std::initializer_list<int> signals) {
  block_all_signals();
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return os_error("signalfd");
  return Signals(std::move(fd));
}

std::optional<int> Signals::next(TimePoint until, int also) {
  pollfd readable[] = {{fd_.get(), POLLIN, 0}, {also, POLLIN, 0}};
  if (::poll(readable, 2, poll_timeout(until)) <= 0) return {};
  signalfd_siginfo info{};
  if (::read(fd_.get(), &info, sizeof info) != sizeof info) return {};
  return static_cast<int>(info.ssi_signo);
}

}  // namespace towermill
