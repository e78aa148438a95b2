#include "runner/jail/resource_limits.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE("Limits are set from outside, and none above what the process has") {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::pause();
    ::_exit(0);
  }
  rlimit few{50, 60};
  REQUIRE(::prlimit(pid, RLIMIT_NOFILE, &few, nullptr) == 0);
  Limits limits;
  limits.open_files = 100;
  limits.file_size_bytes = 4096;
  limits.timeout_s = 7;
  CHECK(ResourceLimits(limits, MemoryLimit::address_space, 0).apply_to(pid) == 0);
  rlimit found{};
  ::prlimit(pid, RLIMIT_NOFILE, nullptr, &found);
  CHECK((found.rlim_cur == 60 && found.rlim_max == 60));
  ::prlimit(pid, RLIMIT_FSIZE, nullptr, &found);
  CHECK((found.rlim_cur == 4096 && found.rlim_max == 4096));
  ::prlimit(pid, RLIMIT_CPU, nullptr, &found);
  CHECK((found.rlim_cur == 7 && found.rlim_max == 8));
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  CHECK(ResourceLimits(limits, MemoryLimit::address_space, 0).apply_to(pid) == ESRCH);
}
