#include "runner/launch/orphans.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <memory>
#include <thread>

#include "runner/base/clock.h"
#include "runner/base/thread.h"
#include "runner/launch/launch.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)
using std::chrono::milliseconds;

namespace {

/// Starts a shell on another thread, waits for its end and returns what it printed: the pid of an orphan it
/// left.
pid_t leave_orphan(const std::string& how, std::vector<std::string> environment, pid_t* group) {
  pid_t orphan = 0;
  const auto start = [&] {
    Plan plan;
    plan.program = "/bin/sh";
    plan.argv = {"sh", "-c", how + " >/dev/null 2>&1 & echo $!"};
    environment.emplace_back("PATH=/usr/bin:/bin");
    auto child = make_spawn_launcher()->start(
        {.plan = &plan, .environment = environment, .work_dir = "/tmp", .spill_dir = "/tmp"});
    if (!child) return;
    pollfd over{(*child)->pidfd.get(), POLLIN, 0};
    ::poll(&over, 1, 10'000);
    char text[32] = {};
    if (::read((*child)->out.get(), text, sizeof text - 1) > 0) orphan = std::stoi(text);
    *group = (*child)->pid;
    (*child)->reap();
  };
  { const Thread thread(small_stack_bytes, start); }
  return orphan;
}

bool alive(pid_t pid) { return ::kill(pid, 0) == 0; }

}  // namespace

TEST_CASE("An orphan of no living run is killed and reaped") {
  const auto orphans = std::move(*Orphans::adopt());
  pid_t group = 0;
  const pid_t orphan = leave_orphan("exec sleep 60", {}, &group);
  REQUIRE(orphan > 0);
  CHECK(alive(orphan));
  CHECK(orphans->any_alive(group));
  orphans->sweep();
  CHECK_FALSE(alive(orphan));
  CHECK_FALSE(orphans->any_alive(group));
}

TEST_CASE("An orphan of a living run is left alone, told by its group or by its job's id") {
  const auto orphans = std::move(*Orphans::adopt());
  pid_t group = 0;
  auto living = std::make_unique<Orphans::Living>(*orphans, "job-1");
  const pid_t by_group = leave_orphan("exec sleep 60", {}, &group);
  living->started(group);
  pid_t other_group = 0;
  const pid_t by_environment = leave_orphan("exec setsid sleep 60", {"WM_JOB_ID=job-1"}, &other_group);
  pid_t third_group = 0;
  const pid_t stranger = leave_orphan("exec setsid sleep 60", {"WM_JOB_ID=job-2"}, &third_group);
  // setsid and sleep have to be executed before their environment can be read.
  std::this_thread::sleep_for(milliseconds(100));
  orphans->sweep();
  CHECK(alive(by_group));
  CHECK(alive(by_environment));
  CHECK_FALSE(alive(stranger));
  living.reset();
  orphans->sweep();
  CHECK_FALSE(alive(by_group));
  CHECK_FALSE(alive(by_environment));
}

TEST_CASE("An orphan may be told by the name that its run's process had before the run") {
  const auto orphans = std::move(*Orphans::adopt());
  auto living = std::make_unique<Orphans::Living>(*orphans, "job-1");
  living->known_as("standby-7");
  pid_t group = 0, other_group = 0;
  const pid_t ours = leave_orphan("exec setsid sleep 60", {"WM_JOB_ID=standby-7"}, &group);
  const pid_t stranger = leave_orphan("exec setsid sleep 60", {"WM_JOB_ID=standby-8"}, &other_group);
  // setsid and sleep have to be executed before their environment can be read.
  std::this_thread::sleep_for(milliseconds(100));
  orphans->sweep();
  CHECK(alive(ours));
  CHECK_FALSE(alive(stranger));
  living.reset();
  orphans->sweep();
  CHECK_FALSE(alive(ours));
}

// Its first thread has ended: /proc calls such a process a zombie, and it is none.
constexpr const char* headless =
    "exec setsid /usr/bin/python3 -c 'import ctypes, threading, time; "
    "threading.Thread(target=time.sleep, args=(60,)).start(); ctypes.CDLL(None).pthread_exit(None)'";

TEST_CASE("The status of a living run's process is left to who drives the run") {
  const auto orphans = std::move(*Orphans::adopt());
  auto living = std::make_unique<Orphans::Living>(*orphans, "job-1");
  pid_t group = 0;
  const pid_t run = leave_orphan("exec setsid sh -c 'sleep 0.1; exit 7'", {"WM_JOB_ID=job-1"}, &group);
  living->started(run);
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(run), &info, WEXITED | WNOWAIT) == 0);
  orphans->sweep();
  CHECK_FALSE(orphans->any_alive(run));
  int status = 0;
  REQUIRE(::waitpid(run, &status, WNOHANG) == run);
  CHECK(WEXITSTATUS(status) == 7);
}

TEST_CASE("An orphan whose first thread has ended is killed all the same") {
  const auto orphans = std::move(*Orphans::adopt());
  pid_t group = 0;
  const pid_t orphan = leave_orphan(headless, {}, &group);
  REQUIRE(orphan > 0);
  std::this_thread::sleep_for(milliseconds(300));
  orphans->sweep();
  CHECK_FALSE(alive(orphan));
}

TEST_CASE("An orphan without environment is a living run's only where it can be no other's") {
  const auto orphans = std::move(*Orphans::adopt());
  auto one = std::make_unique<Orphans::Living>(*orphans, "job-1");
  pid_t group = 0;
  const pid_t orphan = leave_orphan("exec setsid env -i /bin/sleep 60", {}, &group);
  std::this_thread::sleep_for(milliseconds(200));
  orphans->sweep();
  CHECK(alive(orphan));
  const Orphans::Living other(*orphans, "job-2");
  orphans->sweep();
  CHECK_FALSE(alive(orphan));
}

TEST_CASE("Where all is to end, what is just dying leaves nobody behind") {
  const auto orphans = std::move(*Orphans::adopt());
  for (int round = 0; round < 50; ++round) {
    pid_t group = 0;
    const pid_t family = leave_orphan("sleep 60 & (sleep 60 & setsid sleep 60 & wait) & wait", {}, &group);
    ::kill(family, SIGKILL);
    orphans->end_all(Clock::now() + std::chrono::seconds(5));
    REQUIRE(::waitpid(-1, nullptr, WNOHANG) == -1);
  }
}

TEST_CASE("A spared child is no orphan") {
  const auto orphans = std::move(*Orphans::adopt());
  pid_t group = 0;
  const pid_t orphan = leave_orphan("exec sleep 60", {}, &group);
  orphans->spare(orphan);
  orphans->sweep();
  CHECK(alive(orphan));
  orphans->spare(0);
  orphans->sweep();
  CHECK_FALSE(alive(orphan));
}
