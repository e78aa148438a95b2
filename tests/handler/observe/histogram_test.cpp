#include "handler/observe/histogram.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE("A time counts in the first bucket that reaches up to it, and in all after that") {
  Histogram times;
  times.observe_ms(0.1);  // just the first bound
  times.observe_ms(0.11);
  times.observe_ms(1e9);  // beyond all bounds
  const auto reading = times.read();
  CHECK(reading.up_to[0] == 1);
  CHECK(reading.up_to[1] == 2);
  CHECK(reading.up_to[Histogram::bounds_s.size() - 1] == 2);
  CHECK(reading.up_to.back() == 3);
  CHECK(reading.sum_s == Approx(1e6 + 0.00021));
}

TEST_CASE("A histogram's bounds go up") {
  CHECK(std::is_sorted(Histogram::bounds_s.begin(), Histogram::bounds_s.end()));
}

TEST_CASE("Nothing is lost when several threads count at once") {
  Histogram times;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 10'000; ++n) times.observe_ms(1);
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(times.read().up_to.back() == 40'000);
  CHECK(times.read().sum_s == Approx(40));
}
