#include "runner/pool/standbys.h"

#include <catch2/catch.hpp>

#include "tests/runner/pool/kept_shell.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

struct Rig {
  KeptShell shell{"while read line; do :; done"};
  WarmMemory memory;
  Standbys standbys;

  explicit Rig(const WarmOptions& options = {}, std::int64_t memory_bytes = std::int64_t{1} << 30)
      : memory(memory_bytes), standbys(options, shell.cold(), memory) {}

  Way run() {
    const auto child = standbys.take(shell.launch());
    REQUIRE(child);
    return child->way;
  }
  bool has_one() {
    return comes_true([&] { return standbys.stats().ready == 1; });
  }
};

}  // namespace

TEST_CASE("After the first run of a kind one stands by, and serves the next") {
  Rig rig;
  CHECK(rig.run() == Way::start);
  REQUIRE(rig.has_one());
  const auto child = rig.standbys.take(rig.shell.launch());
  REQUIRE(child);
  CHECK(child->way == Way::standby);
  CHECK(child->place_frame.find("WM_JOB_ID=job") != std::string::npos);
  CHECK(rig.standbys.stats().hits == 1);
  CHECK(rig.standbys.stats().misses == 1);
}

TEST_CASE("What holds something of its run cannot be started ahead of it") {
  Rig rig;
  rig.shell.plan.ahead = Ahead::no;
  CHECK_FALSE(rig.standbys.take(rig.shell.launch()));
}

TEST_CASE("One that stands by is of its kind alone") {
  Rig rig;
  rig.run();
  REQUIRE(rig.has_one());
  rig.shell.plan.argv.emplace_back("other");
  CHECK(rig.run() == Way::start);
}

TEST_CASE("Without memory for one none stands by") {
  Rig rig({}, 0);
  CHECK(rig.run() == Way::start);
  CHECK(comes_true([&] { return rig.standbys.stats().alive == 0; }));
  CHECK(rig.run() == Way::start);
  CHECK(rig.standbys.stats().started == 0);
}

TEST_CASE("Nobody stands by for what has not been asked for in a while") {
  Rig rig({.idle_s = 1});
  rig.run();
  REQUIRE(rig.has_one());
  CHECK(comes_true([&] { return rig.standbys.stats().alive == 0; }));
}

TEST_CASE("Once they have ended, nobody stands by any more") {
  Rig rig;
  rig.run();
  REQUIRE(rig.has_one());
  rig.standbys.end();
  CHECK(rig.standbys.stats().ready == 0);
}
