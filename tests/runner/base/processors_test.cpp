#include "runner/base/processors.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT: a test

TEST_CASE("how many threads want a processor stands before the slash") {
  CHECK(runnable_in("0.20 0.18 0.12 3/80 11206\n") == 3U);
  CHECK(runnable_in("15.08 17.42 16.15 12/1480 1120633") == 12U);
}

TEST_CASE("what is no such text tells nothing") {
  CHECK(runnable_in("") == std::nullopt);
  CHECK(runnable_in("0.20 0.18 0.12") == std::nullopt);
  CHECK(runnable_in("x/80") == std::nullopt);
  CHECK(runnable_in("0.20 x/80") == std::nullopt);
}
