#include "runner/jail/resource_limits.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <utility>

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
  CHECK((found.rlim_cur == 8 && found.rlim_max == 9));
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  CHECK(ResourceLimits(limits, MemoryLimit::address_space, 0).apply_to(pid) == ESRCH);
}

TEST_CASE("The limit of processes is set anew, up or down, for one that serves several runs") {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::pause();
    ::_exit(0);
  }
  const rlimit many{500, 1000};
  REQUIRE(::prlimit(pid, RLIMIT_NPROC, &many, nullptr) == 0);
  Limits limits;
  limits.process_limit = 100;
  for (const auto& [tasks, soft] : {std::pair(200, 300), std::pair(700, 800), std::pair(5000, 1000)}) {
    CHECK(renew_process_limit(pid, limits, tasks) == 0);
    rlimit found{};
    ::prlimit(pid, RLIMIT_NPROC, nullptr, &found);
    CHECK((found.rlim_cur == static_cast<rlim_t>(soft) && found.rlim_max == 1000));
  }
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  CHECK(renew_process_limit(pid, limits, 0) == ESRCH);
}
