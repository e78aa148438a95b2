#include "handler/workspace/limits.h"

#include <catch2/catch.hpp>

using namespace towermill;
using Catch::Contains;

namespace {

Script script_with(std::map<std::string, std::int64_t> limits) {
  Script script;
  script.path = "f/x/y";
  script.meta.limits = std::move(limits);
  return script;
}

}  // namespace

TEST_CASE("without a yaml a run has the settings' limits") {
  Settings settings;
  settings.timeout_s = 7;
  settings.json_depth_limit = 9;
  const auto limits = effective_limits(settings, script_with({})).limits;
  CHECK(limits.timeout_s == 7);
  CHECK(limits.json_depth_limit == 9);
  CHECK(limits.memory_bytes == settings.memory_bytes);
  CHECK(limits.cpu_s == 0);
}

TEST_CASE("the defaults of the settings are those of the limits") {
  const auto limits = effective_limits(Settings{}, script_with({})).limits;
  const Limits standard;
  CHECK(limits.timeout_s == standard.timeout_s);
  CHECK(limits.grace_ms == standard.grace_ms);
  CHECK(limits.result_limit_bytes == standard.result_limit_bytes);
  CHECK(limits.log_limit_bytes == standard.log_limit_bytes);
  CHECK(limits.cpu_s == standard.cpu_s);
  CHECK(limits.memory_bytes == standard.memory_bytes);
  CHECK(limits.process_limit == standard.process_limit);
  CHECK(limits.open_files == standard.open_files);
  CHECK(limits.file_size_bytes == standard.file_size_bytes);
  CHECK(limits.json_depth_limit == standard.json_depth_limit);
}

TEST_CASE("a script may ask up to the maximum that the settings name") {
  const auto limits = effective_limits(Settings{}, script_with({{"timeout_s", 600},
                                                                {"memory_bytes", 8 * gib},
                                                                {"grace_ms", 10'000},
                                                                {"process_limit", 3},
                                                                {"cpu_s", 600}}))
                          .limits;
  CHECK(limits.timeout_s == 600);
  CHECK(limits.memory_bytes == 8 * gib);
  CHECK(limits.grace_ms == 10'000);
  CHECK(limits.process_limit == 3);
  CHECK(limits.cpu_s == 600);
}

TEST_CASE("whatever a script may ask is heeded, beyond its maximum it gets the maximum, and that is told") {
  for (const SettingRow& row : setting_rows()) {
    if (row.script_max.empty()) continue;
    INFO(row.name);
    CHECK(effective_limits(Settings{}, script_with({{std::string(row.name), row.least}})).too_much.empty());
    const auto run = effective_limits(Settings{}, script_with({{std::string(row.name), row.most + 1}}));
    REQUIRE(run.too_much.size() == 1);
    CHECK_THAT(run.too_much.front(),
               Contains("f/x/y.script.yaml") && Contains(std::string(row.name) + " is "));
  }
  const auto run = effective_limits(Settings{}, script_with({{"timeout_s", 601}}));
  CHECK(run.limits.timeout_s == 600);
  CHECK(run.too_much.front() ==
        "f/x/y.script.yaml: timeout_s is 601, but a script may ask for at most 600 (the setting "
        "max_timeout_s)");
  CHECK_THAT(effective_limits(Settings{}, script_with({{"process_limit", 257}})).too_much.front(),
             Contains("at most 256 (the setting process_limit)"));
}

TEST_CASE("a caller may shorten the time, never lengthen it") {
  const Script script = script_with({{"timeout_s", 30}});
  CHECK(effective_limits(Settings{}, script, 5).limits.timeout_s == 5);
  CHECK(effective_limits(Settings{}, script, 31).limits.timeout_s == 30);
  CHECK(effective_limits(Settings{}, script, 0).limits.timeout_s == 30);
  CHECK(effective_limits(Settings{}, script, -1).limits.timeout_s == 30);
}
