#include "handler/workspace/error_handler.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE(
    "An error handler is read from settings as Windmill's command line writes them, the older way and the "
    "newer") {
  const auto older = parse_error_handler(
      "error_handler: script/f/ops/failed\nerror_handler_extra_args: {channel: ops}\nname: demo\n",
      "settings.yaml");
  REQUIRE(older);
  REQUIRE(older->has_value());
  CHECK((*older)->script_path == "f/ops/failed");
  CHECK((*older)->extra_args == R"({"channel":"ops"})");
  CHECK_FALSE((*older)->muted_on_user_path);
  const auto newer = parse_error_handler(
      "error_handler:\n  path: script/f/ops/failed\n  extra_args: {channel: ops}\n  muted_on_user_path: "
      "true\n",
      "settings.yaml");
  REQUIRE(newer);
  REQUIRE(newer->has_value());
  CHECK((*newer)->extra_args == R"({"channel":"ops"})");
  CHECK((*newer)->muted_on_user_path);
}

TEST_CASE("Settings without an error handler, and no settings, name none") {
  const TempFolder folder;
  CHECK_FALSE(find_error_handler(folder.path())->has_value());
  folder.write("settings.yaml", "name: demo\nerror_handler: null\n");
  CHECK_FALSE(find_error_handler(folder.path())->has_value());
}

TEST_CASE("An error handler that is none is told with file and line") {
  const std::pair<std::string, std::string> rows[] = {
      {"error_handler: flow/f/ops/failed", "settings.yaml:1: error_handler is \"flow/f/ops/failed\""},
      {"error_handler: hub/1/x", "must be a script"},
      {"error_handler: {path: [1]}", "path is a list"},
      {"error_handler:\n  path: f/a/b\n  extra_args: 1", "extra_args is \"1\", but must be a map"},
  };
  for (const auto& [yaml, sentence] : rows) {
    const auto parsed = parse_error_handler(yaml, "settings.yaml");
    REQUIRE_FALSE(parsed);
    CHECK_THAT(parsed.error().message, Catch::Contains(sentence));
  }
}
