#include "runner/launch/child_setup.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace towermill {

namespace {

constexpr int targets = 4, clear_of_targets = 64;

// The kernel's own sigaction: glibc's wrapper is no bare system call.
struct KernelSigaction {
  void (*handler)(int);
  unsigned long flags;
  void (*restorer)();
  unsigned long mask;
};

}  // namespace

IgnoredSignals IgnoredSignals::now() {
  IgnoredSignals ignored;
  for (int signal = 1; signal < 32; ++signal) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN)
      ignored.bits |= 1U << signal;
  }
  return ignored;
}

const char* ChildSetup::enter() const noexcept {
  // A session of its own: a group to signal, no terminal, and a mark that job control cannot wipe off.
  if (::syscall(SYS_setsid) < 0) return "setsid";
  // The server's death, even by SIGKILL, is the end of its runs.
  if (::syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return "prctl PR_SET_PDEATHSIG";
  if (!place_descriptors()) return "placing descriptors 0 to 3";
  if (::syscall(SYS_chdir, directory_) != 0) return "chdir to the working directory";
  if (const int error = limits_.apply(); error != 0) {
    errno = error;
    return "setrlimit";
  }
  if (!reset_signals()) return "resetting signals";
  return nullptr;
}

// A source among 0 to 3 is first moved clear of them, so that no target overwrites a source still needed, and
// dup2(3, 3), which would keep close-on-exec, cannot happen.
bool ChildSetup::place_descriptors() const noexcept {
  auto sources = descriptors_;
  for (int& source : sources) {
    if (source < 0 || source >= targets) continue;
    source = static_cast<int>(::syscall(SYS_fcntl, source, F_DUPFD_CLOEXEC, clear_of_targets));
    if (source < 0) return false;
  }
  int first_to_close = 0;
  for (int target = 0; target < targets; ++target) {
    const int source = sources[static_cast<std::size_t>(target)];
    if (source < 0) continue;
    if (::syscall(SYS_dup3, source, target, 0) < 0) return false;
    first_to_close = target + 1;
  }
  return ::syscall(SYS_close_range, first_to_close, ~0U, 0) == 0;
}

bool ChildSetup::reset_signals() const noexcept {
  const KernelSigaction by_default{SIG_DFL, 0, nullptr, 0};
  for (unsigned signal = 1, left = ignored_.bits >> 1; left != 0; ++signal, left >>= 1) {
    if ((left & 1) == 0) continue;
    if (::syscall(SYS_rt_sigaction, signal, &by_default, nullptr, sizeof by_default.mask) != 0) return false;
  }
  const unsigned long none = 0;
  return ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, nullptr, sizeof none) == 0;
}

}  // namespace towermill
