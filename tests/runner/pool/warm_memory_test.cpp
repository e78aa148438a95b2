#include "runner/pool/warm_memory.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;

namespace {

const TimePoint now = Clock::now();

}  // namespace

TEST_CASE("As long as all fits, nothing has to go") {
  WarmMemory memory(100);
  CHECK(memory.hold(Way::reuse, {{now, 40}, {now - 1s, 20}}) == TimePoint::min());
  CHECK(memory.hold(Way::standby, {{now - 2s, 40}}) == TimePoint::min());
}

TEST_CASE("Of all ways together what was used longest ago has to go") {
  WarmMemory memory(100);
  memory.hold(Way::reuse, {{now, 40}, {now - 3s, 20}});
  memory.hold(Way::fork, {{now - 1s, 20}});
  CHECK(memory.hold(Way::standby, {{now - 2s, 30}}) == now - 3s);
  CHECK(memory.hold(Way::standby, {{now - 2s, 50}}) == now - 2s);
}

TEST_CASE("What a way holds takes the place of what it held") {
  WarmMemory memory(100);
  CHECK(memory.hold(Way::reuse, {{now, 101}}) == now);
  CHECK(memory.hold(Way::reuse, {}) == TimePoint::min());
  CHECK(memory.hold(Way::fork, {{now, 100}}) == TimePoint::min());
}

TEST_CASE("There is room for more in the place of what was used before") {
  WarmMemory memory(100);
  memory.hold(Way::reuse, {{now, 40}, {now - 2s, 60}});
  CHECK(memory.has_room({now - 1s, 60}));
  CHECK_FALSE(memory.has_room({now - 1s, 61}));
  CHECK_FALSE(memory.has_room({now - 2s, 1}));
}
