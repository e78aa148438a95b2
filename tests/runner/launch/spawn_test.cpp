#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <optional>

#include "runner/base/thread.h"
#include "runner/launch/launch.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

struct Ended {
  std::string out;
  ExitStatus exit;
};

std::string drain(int fd) {
  std::string text;
  char block[4096];
  for (;;) {
    pollfd readable{fd, POLLIN, 0};
    ::poll(&readable, 1, 10'000);
    const ssize_t got = ::read(fd, block, sizeof block);
    if (got <= 0) return text;
    text.append(block, static_cast<std::size_t>(got));
  }
}

Plan shell(const std::string& command) {
  Plan plan;
  plan.program = "/bin/sh";
  plan.argv = {"sh", "-c", command};
  plan.stdout_use = Stdout::result;
  return plan;
}

Result<Ended> run(Launcher& launcher, const Plan& plan, const Limits& limits = {},
                  std::vector<std::string> environment = {"PATH=/usr/bin:/bin"}) {
  auto child = launcher.start({.plan = &plan,
                               .environment = std::move(environment),
                               .work_dir = "/tmp",
                               .spill_dir = "/tmp",
                               .limits = limits});
  if (!child) return child.error();
  Ended ended;
  ended.out = drain((*child)->out.get());
  pollfd over{(*child)->pidfd.get(), POLLIN, 0};
  ::poll(&over, 1, 10'000);
  ended.exit = (*child)->reap();
  return ended;
}

std::string output_of(const Plan& plan, const Limits& limits = {}) {
  const auto launcher = make_spawn_launcher();
  auto ended = run(*launcher, plan, limits);
  REQUIRE(ended.ok());
  return ended->out;
}

}  // namespace

// The highest is the one by which ls reads the folder.
const char* const list_descriptors = "exec ls /proc/self/fd";

TEST_CASE("A child has descriptors 0 to 2, and 3 where the plan says so") {
  Plan plan = shell(list_descriptors);
  CHECK(output_of(plan) == "0\n1\n2\n3\n");
  plan.values = "some";
  CHECK(output_of(plan) == "0\n1\n2\n3\n4\n");
  plan.values.clear();
  plan.frame = "some";
  CHECK(output_of(plan) == "0\n1\n2\n3\n4\n");
}

TEST_CASE("Starts on 64 threads at once never share a descriptor") {
  const auto launcher = make_spawn_launcher();
  // Descriptors of the parent without close-on-exec: only close_range keeps them from the children.
  const UniqueFd leaky(::open("/dev/null", O_RDONLY));
  Plan plan = shell(list_descriptors);
  plan.values = "some";
  std::mutex mutex;
  std::vector<std::string> seen;
  {
    std::vector<Thread> threads;
    for (int i = 0; i < 64; ++i)
      threads.emplace_back(small_stack_bytes, [&] {
        for (int n = 0; n < 3; ++n) {
          auto ended = run(*launcher, plan);
          const std::lock_guard lock(mutex);
          seen.push_back(ended ? ended->out : ended.error().message);
        }
      });
  }
  CHECK(seen.size() == 64 * 3);
  CHECK(std::count(seen.begin(), seen.end(), "0\n1\n2\n3\n4\n") == 64 * 3);
}

TEST_CASE("stdin is what the plan gives, else nothing") {
  Plan plan = shell("cat");
  CHECK(output_of(plan).empty());
  plan.stdin_bytes = "args";
  CHECK(output_of(plan) == "args");
  plan.stdin_bytes = std::string(3 << 20, 'x');
  CHECK(output_of(plan).size() == 3 << 20);
}

TEST_CASE("The environment is exactly the launch's") {
  Plan plan;
  plan.program = "/usr/bin/env";
  plan.argv = {"env"};
  const auto launcher = make_spawn_launcher();
  const auto ended = run(*launcher, plan, {}, {"ONLY=this"});
  REQUIRE(ended.ok());
  CHECK(ended->out == "ONLY=this\n");
}

TEST_CASE("A child leads a session and group of its own, with no signal blocked or ignored") {
  const auto before = ::signal(SIGUSR2, SIG_IGN);
  const std::string out =
      output_of(shell("read -r pid name state parent group session rest < /proc/$$/stat; echo $((pid == "
                      "group)) $((pid == session));"
                      "grep -E '^Sig(Blk|Ign)' /proc/$$/status | cut -f2 | tr '\\n' ' '"));
  ::signal(SIGUSR2, before);
  CHECK(out == "1 1\n0000000000000000 0000000000000000 ");
}

TEST_CASE("The limits bind the child") {
  Limits limits;
  limits.open_files = 77;
  limits.file_size_bytes = 5 * 1024 * 1024;
  limits.memory_bytes = 512L << 20;
  limits.cpu_s = 9;
  CHECK(output_of(shell("ulimit -n; ulimit -f; ulimit -v; ulimit -t; ulimit -c"), limits) ==
        "77\n10240\n524288\n9\n0\n");
}

// ThreadSanitizer makes a fork of every vfork: what the child writes down for its parent does not reach it.
#ifndef __SANITIZE_THREAD__
TEST_CASE("What cannot be executed is an error that says why, and leaves no process") {
  const auto launcher = make_spawn_launcher();
  Plan plan;
  plan.program = "/no/such/program";
  plan.argv = {"program"};
  const auto missing = run(*launcher, plan);
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().os_error == ENOENT);
  plan.program = "/etc/passwd";
  const auto forbidden = run(*launcher, plan);
  REQUIRE_FALSE(forbidden.ok());
  CHECK(forbidden.error().os_error == EACCES);
}

TEST_CASE("A working directory that is not there is an error") {
  const auto launcher = make_spawn_launcher();
  const Plan plan = shell("true");
  const auto child = launcher->start({.plan = &plan, .work_dir = "/no/such/folder", .spill_dir = "/tmp"});
  REQUIRE_FALSE(child.ok());
  CHECK(child.error().message.find("chdir") != std::string::npos);
}

#endif

TEST_CASE("Exit code and signal come back") {
  const auto launcher = make_spawn_launcher();
  CHECK(run(*launcher, shell("exit 7"))->exit.code == 7);
  CHECK(run(*launcher, shell("kill -9 $$"))->exit.signal == 9);
}
