#include "handler/api/in_flight.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE("A caller has so many requests in flight, and each that ends makes room") {
  InFlight in_flight(2);
  std::vector<InFlight::Place> places;
  for (int i = 0; i < 2; ++i) places.push_back(*in_flight.enter("192.0.2.1"));
  CHECK_FALSE(in_flight.enter("192.0.2.1"));
  CHECK_FALSE(in_flight.enter("::ffff:192.0.2.1"));
  places.pop_back();
  CHECK(in_flight.enter("192.0.2.1"));
}

TEST_CASE("One caller's requests are not another's") {
  InFlight in_flight(1);
  const auto one = in_flight.enter("192.0.2.1");
  CHECK(in_flight.enter("192.0.2.2"));
  const auto network = in_flight.enter("2001:db8::1");
  CHECK_FALSE(in_flight.enter("2001:db8::2"));
  CHECK(in_flight.enter("2001:db8:0:1::1"));
}

TEST_CASE("What has no address is one caller") {
  InFlight in_flight(1);
  const auto one = in_flight.enter("");
  CHECK_FALSE(in_flight.enter("unix:"));
}

TEST_CASE("Without a limit nobody is turned away") {
  InFlight in_flight(0);
  const auto one = in_flight.enter("192.0.2.1");
  CHECK(in_flight.enter("192.0.2.1"));
}
