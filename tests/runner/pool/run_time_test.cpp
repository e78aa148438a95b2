#include "runner/pool/run_time.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("A turn is waited for as long as those before it run") {
  CHECK(time_until_turn(0, 64, milliseconds(3)) == seconds(1));
  CHECK(time_until_turn(9, 2, seconds(1)) == seconds(5));
  CHECK(time_until_turn(10, 2, seconds(1)) == seconds(6));
  CHECK(time_until_turn(100'000, 1, seconds(600)) == seconds(60));
  CHECK(time_until_turn(0, 0, seconds(0)) == seconds(1));
}

TEST_CASE("How long runs take follows what they took lately") {
  RunTime time;
  CHECK(time.mean().count() == 0);
  time.add(seconds(8));
  CHECK(time.mean() == seconds(8));
  time.add(seconds(16));
  CHECK(time.mean() == seconds(9));
  for (int i = 0; i < 100; ++i) time.add(seconds(1));
  CHECK(time.mean().count() == Approx(1).margin(0.01));
}
