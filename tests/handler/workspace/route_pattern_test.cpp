#include "handler/workspace/route_pattern.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)
using Catch::Contains;

namespace {

RoutePattern parsed(const std::string& path) {
  CAPTURE(path);
  auto pattern = parse_route_path(path);
  REQUIRE(pattern);
  return *pattern;
}

}  // namespace

TEST_CASE("A route's path has fixed segments, parameters and at its end the rest") {
  CHECK(parsed("shop/:item/*rest") ==
        RoutePattern{{PartKind::fixed, "shop"}, {PartKind::parameter, "item"}, {PartKind::rest, "rest"}});
}

TEST_CASE("A route's path reads as it was written") {
  for (const char* path : {"a", ":a", "*a", "a/b-c_d/:e-f/*g", "robots.txt", "v1.2/x"})
    CHECK(show(parsed(path)) == path);
}

TEST_CASE("What is no path of a route is told") {
  const std::pair<std::string, std::string> wrong[] = {
      {"", "empty"},
      {"/a", "must not begin with /"},
      {"a/", "\"\" is no segment"},
      {"a//b", "\"\" is no segment"},
      {"a/:/b", "\":\" is no segment"},
      {"a/*", "\"*\" is no segment"},
      {"a b", "\"a b\" is no segment"},
      {"a/..", "\"..\" is no segment"},
      {".well-known", "no segment"},
      {"a/b:c", "no segment"},
      {"a/:b.c", "no segment"},
      {"a/%41", "no segment"},
      {"a/\n", "\\x0a"},
      {"*rest/a", "*rest must be its last part"},
      {":a/:a", "the parameter a twice"},
      {":a/*a", "the parameter a twice"},
      {std::string(2000, 'a'), "longer than 1024 bytes"},
  };
  for (const auto& [path, why] : wrong) {
    CAPTURE(path);
    const auto pattern = parse_route_path(path);
    REQUIRE_FALSE(pattern);
    CHECK_THAT(pattern.error().message, Contains(why));
  }
}

TEST_CASE(
    "Of two routes neither counts more where names alone differ, or a parameter stands against the rest") {
  const auto equals = [](const char* a, const char* b) {
    CHECK(are_equals(parsed(a), parsed(b)) == are_equals(parsed(b), parsed(a)));
    return are_equals(parsed(a), parsed(b));
  };
  CHECK(equals("a/b", "a/b"));
  CHECK(equals("a/:b", "a/:c"));
  CHECK(equals("a/*b", "a/*c"));
  CHECK(equals("a/:b", "a/*c"));
  CHECK(equals("a/:b/c", "a/*d"));
  CHECK_FALSE(equals("a/b", "a/c"));
  CHECK_FALSE(equals("a/b", "a/:b"));
  CHECK_FALSE(equals("a/b", "a/*b"));
  CHECK_FALSE(equals("a/:b", "a/:b/c"));
  CHECK_FALSE(equals("a/:b/c", "a/:b/d"));
  CHECK_FALSE(equals("a/:b/c", "a/b/:c"));
  CHECK_FALSE(equals("a", "a/*b"));
}
