#include "handler/config/nearest.h"

#include <catch2/catch.hpp>

using namespace towermill;

TEST_CASE("a slip of the fingers finds the word that was meant") {
  const std::vector<std::string_view> names = {"timeout_s", "grace_ms", "path", "bash"};
  CHECK(nearest("timout_s", names) == "timeout_s");
  CHECK(nearest("timeout-s", names) == "timeout_s");
  CHECK(nearest("timeout", names) == "timeout_s");
  CHECK(nearest("garce_ms", names) == "grace_ms");
  CHECK(nearest("pth", names) == "path");
}

TEST_CASE("a word that is near to nothing finds nothing") {
  CHECK(nearest("workspace", {"timeout_s", "path"}).empty());
  CHECK(nearest("", {"timeout_s", "path"}).empty());
  CHECK(nearest("x", {}).empty());
}
