#include "runner/launch/known_scripts.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE("A script is learnt once it has been run twice, and children forked since know it") {
  KnownScripts scripts;
  CHECK_FALSE(scripts.number("one", 0));
  CHECK(scripts.next().empty());
  CHECK_FALSE(scripts.number("one", 0));
  CHECK(scripts.next() == "one");
  CHECK(scripts.next().empty());  // one at a time
  scripts.learnt(1);
  CHECK_FALSE(scripts.number("one", 0));  // an older child
  CHECK(scripts.number("one", 1) == 0);
  CHECK(scripts.next().empty());
}

TEST_CASE("A script whose bytes have changed is another") {
  KnownScripts scripts;
  for (int i = 0; i < 2; ++i) (void)scripts.number("one", 0);
  (void)scripts.next();
  scripts.learnt(1);
  for (int i = 0; i < 2; ++i) CHECK_FALSE(scripts.number("two", 1));
  CHECK(scripts.next() == "two");
  scripts.learnt(2);
  CHECK(scripts.number("two", 2) == 1);
  CHECK(scripts.number("one", 2) == 0);
}

TEST_CASE("One that could not be learnt is told with every run, and not tried again") {
  KnownScripts scripts;
  for (int i = 0; i < 2; ++i) (void)scripts.number("broken", 0);
  (void)scripts.next();
  scripts.learnt(0);
  CHECK_FALSE(scripts.number("broken", 1));
  CHECK(scripts.next().empty());
}

TEST_CASE("Large scripts and too many are not learnt") {
  KnownScripts scripts;
  const std::string large(100'000, 'x');
  for (int i = 0; i < 3; ++i) CHECK_FALSE(scripts.number(large, 0));
  CHECK(scripts.next().empty());
  for (int i = 0; i < 1000; ++i) (void)scripts.number(std::to_string(i), 0);
  for (int i = 0; i < 3; ++i) CHECK_FALSE(scripts.number("999", 0));
  CHECK(scripts.next().empty());
}
