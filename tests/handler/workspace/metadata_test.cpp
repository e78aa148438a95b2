#include "handler/workspace/metadata.h"

#include <catch2/catch.hpp>

using namespace towermill;
using Catch::Contains;

namespace {

constexpr std::string_view called = "f/x/y.script.yaml";

std::string complaint(std::string_view yaml) {
  const auto meta = parse_metadata(yaml, called);
  REQUIRE(!meta);
  return meta.error().message;
}

}  // namespace

TEST_CASE("the yaml that Windmill's client writes is understood") {
  const auto meta = parse_metadata(
      "summary: Greets\ndescription: |\n  Two\n  lines\nlock: '!inline f/x/y.script.lock'\nkind: script\n"
      "schema:\n  $schema: 'https://json-schema.org/draft/2020-12/schema'\n  type: object\n  properties:\n"
      "    name: &n {type: string}\n    other: *n\n  required: []\n"
      "timeout: 30\nenvs:\n  - A=1\n  - 'B=x=y, z'\nconcurrent_limit: null\n",
      called);
  REQUIRE(meta);
  CHECK(meta->summary == "Greets");
  CHECK(meta->description == "Two\nlines\n");
  CHECK(meta->envs == std::vector<std::string>{"A=1", "B=x=y, z"});
  CHECK(meta->limits == std::map<std::string, std::int64_t>{{"timeout_s", 30}});
}

TEST_CASE("an empty yaml, and keys without a value, say nothing") {
  CHECK(parse_metadata("", called)->limits.empty());
  const auto meta = parse_metadata("summary:\ntimeout: null\nenvs: ~\nmemory_bytes:\n", called);
  REQUIRE(meta);
  CHECK((meta->limits.empty() && meta->envs.empty() && meta->summary.empty()));
}

TEST_CASE("limits go by the settings' names, sizes with units") {
  const auto meta = parse_metadata(
      "timeout_s: 7\ngrace_ms: 1\nmemory_bytes: 64MiB\ncpu_s: 3\nprocess_limit: 9\nopen_files: 32\n"
      "file_size_bytes: 1 GiB\nlog_limit_bytes: 500KB\nresult_limit_bytes: 4096\nruns_at_once: many\n",
      called);
  REQUIRE(meta);
  CHECK(meta->limits == std::map<std::string, std::int64_t>{{"timeout_s", 7},
                                                            {"grace_ms", 1},
                                                            {"memory_bytes", 64 << 20},
                                                            {"cpu_s", 3},
                                                            {"process_limit", 9},
                                                            {"open_files", 32},
                                                            {"file_size_bytes", 1 << 30},
                                                            {"log_limit_bytes", 500'000},
                                                            {"result_limit_bytes", 4096}});
}

TEST_CASE("Windmill's keys for runs at once are taken, and without them there is no limit") {
  const auto meta = parse_metadata("concurrent_limit: 2\nconcurrency_time_window_s: 60\n", called);
  REQUIRE(meta);
  CHECK(meta->concurrent_limit == 2);
  CHECK(meta->concurrency_time_window_s == 60);
  const auto none = parse_metadata("concurrent_limit: null\n", called);
  REQUIRE(none);
  CHECK(none->concurrent_limit == 0);
  CHECK(none->concurrency_time_window_s == 0);
}

TEST_CASE("a limit on runs at once that would let none run is told of by its name") {
  for (const std::string wrong : {"0", "-1", "many", "1.5"})
    CHECK_THAT(complaint("concurrent_limit: " + wrong + "\n"),
               Contains(":1: concurrent_limit is \"" + wrong + "\", but must be a whole number from 1"));
  CHECK_THAT(complaint("concurrency_time_window_s: -1\n"),
             Contains(":1: concurrency_time_window_s is \"-1\""));
}

TEST_CASE("a wrong type is told with file and line") {
  CHECK(complaint("summary: x\n\ntimeout: soon\n") ==
        "f/x/y.script.yaml:3: timeout is \"soon\", but must be a whole number of seconds from 1 to 604800");
  CHECK_THAT(complaint("a: 1\ntimeout: [5]\n"),
             Contains(":2: timeout is a list, but must be a whole number"));
  CHECK_THAT(complaint("timeout: 0\n"), Contains(":1: timeout is \"0\""));
  CHECK_THAT(complaint("timeout: 1.5\n"), Contains("whole number"));
  CHECK_THAT(complaint("memory_bytes:\n  a: 1\n"), Contains(":1: memory_bytes is a map, but must be a size"));
  CHECK_THAT(complaint("summary: [a]\n"), Contains(":1: summary is a list, but must be a text"));
  CHECK_THAT(complaint("envs: A=1\n"), Contains(":1: envs must be a list of NAME=value"));
  CHECK_THAT(complaint("- a\n"), Contains(":1: must be a map"));
  CHECK_THAT(complaint("timeout: [\n"), Contains("f/x/y.script.yaml:"));
}

TEST_CASE("a variable that is wrong is told by its place, never by its value") {
  CHECK_THAT(complaint("envs:\n  - A=1\n  - s3cret\n"), Contains("item 2") && !Contains("s3cret"));
  for (const char* wrong : {"LD_PRELOAD=/x", "HTTP_PROXY=x", "WM_TOKEN=x", "=x", "A B=x", "\"A=\\0\""}) {
    INFO(wrong);
    CHECK_THAT(complaint("envs:\n  - " + std::string(wrong) + "\n"), Contains(":1: envs: item 1"));
  }
}

TEST_CASE("a slip in a key that has an effect is told of, with its line") {
  const auto slips =
      likely_slips("timout: 5\nmemory_byte: 5\nenv: [A=b]\nmax_timeout_s: 5\nconcurent_limit: 1\n", "y");
  REQUIRE(slips.size() == 5);
  CHECK(slips[0] == "y:1: timout means nothing; did you mean timeout?");
  CHECK(slips[1] == "y:2: memory_byte means nothing; did you mean memory_bytes?");
  CHECK(slips[2] == "y:3: env means nothing; did you mean envs?");
  CHECK(slips[3] == "y:4: max_timeout_s counts in the settings alone, not in a script's yaml");
  CHECK(slips[4] == "y:5: concurent_limit means nothing; did you mean concurrent_limit?");
}

TEST_CASE("the keys that Windmill writes are no slips, and a text that is no map has none") {
  for (const char* key : {"summary",
                          "description",
                          "lock",
                          "kind",
                          "schema",
                          "tag",
                          "envs",
                          "concurrent_limit",
                          "concurrency_time_window_s",
                          "concurrency_key",
                          "cache_ttl",
                          "dedicated_worker",
                          "priority",
                          "timeout",
                          "ws_error_handler_muted",
                          "restart_unless_cancelled",
                          "delete_after_use",
                          "visible_to_runner_only",
                          "no_main_func",
                          "has_preprocessor",
                          "on_behalf_of_email",
                          "is_template",
                          "codebase",
                          "custom_key",
                          "debounce_key",
                          "debounce_delay_s",
                          "labels",
                          "modules",
                          "auto_kind",
                          "assets",
                          "timeout_s"}) {
    INFO(key);
    CHECK(likely_slips(std::string(key) + ": 1\n", "y").empty());
  }
  CHECK(likely_slips("- timout\n", "y").empty());
  CHECK(likely_slips("", "y").empty());
  CHECK(likely_slips("{", "y").empty());
}

TEST_CASE("a schema in the yaml is kept as JSON") {
  const auto meta = parse_metadata(
      "schema:\n  type: object\n  properties:\n    n: {type: integer, default: 5, description: 'a: b'}\n"
      "  required: [n]\nschema_validation: true\n",
      called);
  REQUIRE((meta && meta->schema));
  CHECK(
      *meta->schema ==
      R"({"type":"object","properties":{"n":{"type":"integer","default":5,"description":"a: b"}},"required":["n"]})");
  CHECK(meta->schema_validation == true);
  CHECK(parse_metadata("schema: null\n", called)->schema == nullptr);
  CHECK(parse_metadata("", called)->schema_validation == std::nullopt);
  CHECK(complaint("schema: [a]") == "f/x/y.script.yaml:1: schema is a list, but must be a map");
  CHECK(complaint("schema_validation: maybe") ==
        "f/x/y.script.yaml:1: schema_validation is \"maybe\", but must be true or false");
}
