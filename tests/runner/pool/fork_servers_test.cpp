#include "runner/pool/fork_servers.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <thread>

#include "runner/languages/python/python.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

bool comes_true(const std::function<bool()>& condition) {
  for (int tries = 0; tries < 3000; ++tries) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

struct Rig {
  TempFolder folder;
  std::unique_ptr<Launcher> cold = make_spawn_launcher();
  mutable WarmMemory memory{std::int64_t{1} << 30};
  Plan plan;

  Rig() {
    RunSpec spec;
    spec.path = "f/x/y";
    spec.file = "f/x/y.py";
    spec.source = std::make_shared<const std::string>("def main(): pass");
    spec.workspace_root = folder.path();
    spec.args = "{}";
    plan = std::get<Plan>(
        python_language().plan(spec, {.python = "/usr/bin/python3", .cache_dir = folder.path()}));
  }
  Launch launch(const std::string& shared = "LANG=C.UTF-8") const {
    return {.plan = &plan,
            .environment = {shared, "WM_TOKEN=secret"},
            .shared_environment = 1,
            .work_dir = folder.path()};
  }
};

}  // namespace

TEST_CASE("The first run of a kind is cold, and later ones are forked") {
  const Rig rig;
  ForkServers servers({}, *rig.cold, rig.memory);
  CHECK_FALSE(servers.take(rig.launch()));
  CHECK(comes_true([&] { return servers.take(rig.launch()) != nullptr; }));
  CHECK(servers.stats().hits == 1);
  CHECK(servers.stats().misses >= 1);
  CHECK(servers.stats().started == 1);
  CHECK_FALSE(servers.take(rig.launch("LANG=de_DE")));
}

TEST_CASE("A plan without a fork server is none of theirs") {
  Rig rig;
  rig.plan.fork_server.clear();
  ForkServers servers({}, *rig.cold, rig.memory);
  CHECK_FALSE(servers.take(rig.launch()));
  CHECK(servers.stats().misses == 0);
}

TEST_CASE("Once they have ended, nothing of them lives and none is forked") {
  const Rig rig;
  ForkServers servers({}, *rig.cold, rig.memory);
  REQUIRE(comes_true([&] { return servers.take(rig.launch()) != nullptr; }));
  servers.end();
  CHECK(servers.stats().alive == 0);
  CHECK_FALSE(servers.take(rig.launch()));
}
