#include "runner/base/incarnation.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE("A process that lives has not ended, one that is gone has, and another of its number is not it") {
  const std::string own = own_incarnation();
  CHECK_FALSE(has_ended(own));
  CHECK(own_incarnation() == own);

  int told[2];
  REQUIRE(::pipe(told) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string its = own_incarnation();
    [[maybe_unused]] const auto written = ::write(told[1], its.data(), its.size());
    ::_exit(0);
  }
  ::close(told[1]);
  char bytes[200];
  const auto count = ::read(told[0], bytes, sizeof bytes);
  ::close(told[0]);
  REQUIRE(count > 0);
  ::waitpid(child, nullptr, 0);
  const std::string its(bytes, static_cast<std::size_t>(count));
  CHECK(its != own);
  CHECK(has_ended(its));

  CHECK(has_ended(std::to_string(::getpid()) + "-1-x"));
  CHECK_FALSE(has_ended(""));
  CHECK_FALSE(has_ended("worker"));
  CHECK_FALSE(has_ended("-5-1-x"));
}
