#include "handler/workspace/broken_trigger.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

/// The path, "/" before it where the workspace's name stands there; "" where it is not known.
std::string path_in(std::string_view text) {
  const auto trigger = read_broken_trigger(text, "f/t/x.http_trigger.yaml", Error{"why"});
  if (!trigger) {
    CHECK(trigger.error().message == "why");
    return "";
  }
  CHECK(trigger->file == "f/t/x.http_trigger.yaml");
  CHECK(trigger->fault == "why");
  CHECK(trigger->method.empty());
  return (trigger->workspaced ? "/" : "") + show(trigger->path);
}

}  // namespace

TEST_CASE("A file that is no YAML keeps the path that one of its lines tells") {
  CHECK(path_in("summary: '\nroute_path: a/:b\n") == "a/:b");
  CHECK(path_in("route_path: a # here\r\n{") == "a");
  CHECK(path_in("route_path : 'a/*b'\n") == "a/*b");
  CHECK(path_in("route_path: \"a\" # here\nworkspaced_route: true\n") == "/a");
  CHECK(path_in("workspaced_route: false\nroute_path: a") == "a");
  CHECK(path_in("route_path: a\nroute_path_key: b") == "a");
}

TEST_CASE("A path that is in doubt is not told") {
  for (const char* text : {"", "{", "route_path:", "route_path: /a", "route_path: >-\n  a", "route_path: 'a",
                           "route_path: 'a' b", "  route_path: a", "{\"route_path\": \"a\"",
                           "route_path: a\nroute_path: b", "route_path: a\nworkspaced_route: yes",
                           "route_path: a\nworkspaced_route: true\nworkspaced_route: false"}) {
    CAPTURE(text);
    CHECK(path_in(text).empty());
  }
}
