#include "runner/pool/reused.h"

#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "runner/base/process_memory.h"
#include "runner/languages/python/python.h"
#include "runner/pool/run_environment.h"
#include "tests/runner/pool/kept_shell.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

struct Rig {
  TempFolder folder;
  KeptShell shell{"while read line; do :; done"};
  std::unique_ptr<Orphans> orphans = std::move(*Orphans::adopt());
  WorkDirs folders{folder.path()};
  WarmMemory memory;
  Reused reused;
  RunSpec spec;

  explicit Rig(const WarmOptions& options = {}, std::int64_t memory_bytes = std::int64_t{1} << 30)
      : memory(memory_bytes), reused(options, shell.cold(), *orphans, memory) {
    spec.file = "f/x/y.py";
    spec.reuse = Reuse::yes;
    spec.environment = {"PATH=/usr/bin:/bin"};
    spec.job_id = "job";
  }
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;
  ~Rig() { reused.end(); }

  /// The first run of a script, which ends well.
  pid_t run_first() {
    Launch launch = shell.launch();
    launch.reuse_key = reuse_key(spec);
    auto child = reused.take(launch);
    REQUIRE(child);
    CHECK(child->way == Way::start);
    auto made = folders.make();
    REQUIRE(made);
    child->folder = std::move(*made);
    const pid_t pid = child->pid;
    child->give_back();
    return pid;
  }
  std::optional<Further> further() { return reused.take_kept({spec, python_language(), folders}); }
};

}  // namespace

TEST_CASE("One that was given back serves the next run, in a folder that is as new") {
  Rig rig;
  const pid_t pid = rig.run_first();
  for (const char* job : {"second", "third"}) {
    rig.spec.job_id = job;
    auto next = rig.further();
    REQUIRE(next);
    CHECK(next->child->pid == pid);
    CHECK(next->child->way == Way::reuse);
    CHECK(next->plan.frame.find(std::string("WM_JOB_ID=") + job) != std::string::npos);
    CHECK(next->plan.frame.find(next->child->folder->path()) != std::string::npos);
    CHECK(std::filesystem::is_empty(next->child->folder->path()));
    std::ofstream(next->child->folder->path() + "/left") << "1";
    next->child->give_back();
    CHECK(next->child->folder);  // to be cleared away by who drove the run
  }
  CHECK(rig.reused.stats().hits == 2);
  CHECK(rig.reused.stats().misses == 1);
}

TEST_CASE("A folder that a run has left alone stays with its process") {
  Rig rig;
  rig.run_first();
  std::string before;
  for (int run = 0; run < 3; ++run) {
    auto next = rig.further();
    REQUIRE(next);
    const std::string path = next->child->folder->path();
    if (run > 0) CHECK(path == before);
    before = path;
    next->child->give_back();
    CHECK_FALSE(next->child->folder);
  }
}

TEST_CASE("Of what another script, version or limit was started with nothing is given") {
  Rig rig;
  rig.run_first();
  const RunSpec spec = rig.spec;
  rig.spec.source_hash = "another";
  CHECK_FALSE(rig.further());
  rig.spec = spec;
  rig.spec.limits.memory_bytes += 1;
  CHECK_FALSE(rig.further());
  rig.spec = spec;
  rig.spec.environment.emplace_back("SHOP=north");
  CHECK_FALSE(rig.further());
  rig.spec = spec;
  CHECK(rig.further());
}

TEST_CASE("One that has died while it waited is not given") {
  Rig rig;
  const pid_t pid = rig.run_first();
  ::kill(pid, SIGKILL);
  CHECK(comes_true([&] { return rig.reused.stats().alive == 0; }));
  CHECK_FALSE(rig.further());
}

TEST_CASE("One that has served its runs goes") {
  Rig rig({.reuse_runs = 2});
  const pid_t pid = rig.run_first();
  auto next = rig.further();
  REQUIRE(next);
  next->child->give_back();
  CHECK_FALSE(rig.further());
  CHECK(comes_true([&] { return !is_alive(pid); }));
}

TEST_CASE("A run that is given up takes its process with it") {
  Rig rig;
  const pid_t pid = rig.run_first();
  rig.further();
  CHECK_FALSE(is_alive(pid));
  CHECK(rig.reused.stats().alive == 0);
}

TEST_CASE("Where all together take too much memory, the one that waits longest goes") {
  const KeptShell shell("echo up; while read line; do :; done");
  const auto one = shell.start();
  char up = 0;
  REQUIRE(comes_true([&] { return ::recv(one->channel.get(), &up, 1, 0) == 1; }));
  Rig rig({}, memory_of(one->pid).resident_bytes * 5 / 2);
  std::vector<pid_t> pids;
  for (const char* file : {"f/x/a.py", "f/x/b.py", "f/x/c.py"}) {
    rig.spec.file = file;
    pids.push_back(rig.run_first());
  }
  CHECK(comes_true([&] { return !is_alive(pids[0]); }));
  CHECK(is_alive(pids[2]));
  CHECK(rig.further());
}

TEST_CASE("Once the kept ones have ended, nothing of them lives and none is started") {
  Rig rig;
  const pid_t pid = rig.run_first();
  rig.reused.end();
  CHECK_FALSE(is_alive(pid));
  CHECK_FALSE(rig.further());
  Launch launch = rig.shell.launch();
  launch.reuse_key = reuse_key(rig.spec);
  CHECK_FALSE(rig.reused.take(launch));
}
