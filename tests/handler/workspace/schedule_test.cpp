#include "handler/workspace/schedule.h"

#include <catch2/catch.hpp>
#include <string>

#include "runner/base/rfc3339.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

// As Windmill's command line writes one.
const std::string written = R"(summary: Nightly
schedule: 0 0 2 * * *
timezone: Europe/Berlin
enabled: true
script_path: f/shop/clean
is_flow: false
args:
  days: 7
  name: "7"
no_flow_overlap: false
cron_version: v2
on_failure: null
)";

std::string with(const std::string& from, const std::string& to) {
  std::string yaml = written;
  const auto at = yaml.find(from);
  REQUIRE(at != std::string::npos);
  return yaml.replace(at, from.size(), to);
}

std::string fault(const std::string& yaml) {
  const auto schedule = parse_schedule(yaml, "f/a/x.schedule.yaml");
  return schedule ? "" : schedule.error().message;
}

}  // namespace

TEST_CASE("A schedule's file is read as Windmill's command line writes it") {
  const auto schedule = parse_schedule(written, "f/a/x.schedule.yaml");
  REQUIRE(schedule);
  CHECK(schedule->script_path == "f/shop/clean");
  CHECK(schedule->args == R"({"days":7,"name":"7"})");
  CHECK(schedule->enabled);
  CHECK(schedule->overlaps);
  CHECK(schedule->next(*from_rfc3339("2026-01-31T12:00:00Z")) == from_rfc3339("2026-02-01T01:00:00Z"));
  CHECK(slips_in_schedule(written, "x") ==
        std::vector<std::string>{"x:12: on_failure is not supported, and has no effect"});
}

TEST_CASE("A pause counts until its moment") {
  const auto schedule = parse_schedule(written + "paused_until: 2026-03-01T01:00:00Z\n", "x");
  REQUIRE(schedule);
  CHECK(schedule->next(*from_rfc3339("2026-01-31T12:00:00Z")) == from_rfc3339("2026-03-01T01:00:00Z"));
  CHECK(schedule->next(*from_rfc3339("2026-03-01T01:00:00Z")) == from_rfc3339("2026-03-02T01:00:00Z"));
}

TEST_CASE("Without a version weekdays are Windmill's first parser's") {
  const auto old = parse_schedule("schedule: 0 0 0 * * 2\ntimezone: UTC\nscript_path: f/a/b\n", "x");
  REQUIRE(old);
  CHECK(old->next(*from_rfc3339("2026-01-31T12:00:00Z")) == from_rfc3339("2026-02-02T00:00:00Z"));
}

TEST_CASE("What is wrong with a schedule is told with file and line") {
  const std::pair<std::string, std::string> rows[] = {
      {with("0 0 2 * * *", "0 0 25 * * *"), "f/a/x.schedule.yaml:2: schedule: the field \"hour\""},
      {with("Europe/Berlin", "Mars"), ":3: timezone: there is no time zone \"Mars\""},
      {with("script_path: f/shop/clean\n", ""), ":1: script_path is missing"},
      {with("enabled: true", "enabled: yes"), ":4: enabled is \"yes\", but must be true or false"},
      {with("is_flow: false", "is_flow: true"), ":6: is_flow: flows are not supported"},
      {with("cron_version: v2", "cron_version: v3"), ":11: cron_version is \"v3\", but must be v1 or v2"},
      {written + "paused_until: soon\n", ":13: paused_until is \"soon\""},
      {written + "enabled: false\n", ":13: enabled is there twice"},
      {written + "dynamic_skip: f/a/b\n", ":13: dynamic_skip is not supported"},
      {"args: [1]\n", ":1: args is a list, but must be a map"},
      {"- 1\n", ":1: must be a map"},
  };
  for (const auto& [yaml, sentence] : rows) CHECK_THAT(fault(yaml), Catch::Contains(sentence));
}

TEST_CASE("The schedules of a workspace are found where scripts are") {
  TempFolder folder;
  folder.write("f/a/b.schedule.yaml", written);
  folder.write("u/ada/c.schedule.yaml", "x: 1");
  folder.write("d.schedule.yaml", written);
  const auto found = find_schedules(folder.path());
  REQUIRE(found.size() == 2);
  CHECK(found[0].path == "f/a/b");
  CHECK(found[0].schedule.ok());
  CHECK(found[1].file == "u/ada/c.schedule.yaml");
  CHECK_FALSE(found[1].schedule.ok());
}
