#include "handler/auth/wrong_tokens.h"

#include <catch2/catch.hpp>
#include <string>

using namespace towermill;  // NOLINT(google-build-using-namespace)
using std::chrono::seconds;

namespace {

const TimePoint start = Clock::now();

}  // namespace

TEST_CASE("An address may send some wrong tokens a minute, then has to wait for its end") {
  WrongTokens wrong(3);
  for (int i = 0; i < 3; ++i) CHECK(wrong.count("192.0.2.1", start) == 0);
  CHECK(wrong.count("192.0.2.1", start) == 60);
  CHECK(wrong.count("192.0.2.1", start + seconds(50)) == 10);
  CHECK(wrong.count("192.0.2.2", start) == 0);
  CHECK(wrong.count("192.0.2.1", start + seconds(60)) == 0);
}

TEST_CASE("The addresses of a network of version 6 are counted as one") {
  WrongTokens wrong(1);
  CHECK(wrong.count("2001:db8:1:2:3:4:5:6", start) == 0);
  CHECK(wrong.count("2001:db8:1:2:ffff::1", start) > 0);
  CHECK(wrong.count("2001:db8:1:3:3:4:5:6", start) == 0);
}

TEST_CASE("However many addresses there are, each may be slowed") {
  WrongTokens wrong(1);
  for (int i = 0; i < 100'000; ++i) wrong.count(std::to_string(i), start);
  CHECK(wrong.count("7", start) > 0);
}

TEST_CASE("A limit of 0 is none") {
  WrongTokens wrong(0);
  for (int i = 0; i < 10; ++i) CHECK(wrong.count("192.0.2.1", start) == 0);
}
