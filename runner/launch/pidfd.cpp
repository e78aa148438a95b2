#include "runner/launch/pidfd.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

namespace towermill {

namespace {

constexpr int patience_ms = 1'000;

}  // namespace

bool has_ended(int pidfd) {
  pollfd ended{pidfd, POLLIN, 0};
  return ::poll(&ended, 1, 0) != 0;
}

void kill_at_once(int pidfd) { ::syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, nullptr, 0); }

void await_end(int pidfd) {
  pollfd ended{pidfd, POLLIN, 0};
  ::poll(&ended, 1, patience_ms);
}

}  // namespace towermill
