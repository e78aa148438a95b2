#include "runner/launch/loaded.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE("What a fork server tells is read") {
  const auto loaded = parse_loaded(R"({"left_out":{"a.b":"why \"so\""},"threads":2,"files":["/x","/y"]})");
  REQUIRE(loaded.ok());
  CHECK(loaded->threads == 2);
  CHECK(loaded->files == std::vector<std::string>{"/x", "/y"});
  CHECK(loaded->left_out.at("a.b") == "why \"so\"");
}

TEST_CASE("What else a process writes is no message of a fork server") {
  for (const char* text : {"", "{}", "[]", "no JSON", R"({"threads":1,"files":[]})"})
    CHECK_FALSE(parse_loaded(text).ok());
}
