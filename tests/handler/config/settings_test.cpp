#include "handler/config/settings.h"

#include <catch2/catch.hpp>
#include <set>

#include "handler/config/values.h"
#include "tests/temp_folder.h"

using namespace towermill;
using Catch::Contains;

namespace {

SettingsSources nothing() { return {}; }

Result<Settings> from_file(const std::string& text) {
  const TempFolder folder;
  SettingsSources sources = nothing();
  sources.config_file = folder.write("t.yaml", text);
  return load_settings(sources);
}

Result<Settings> from_environment(Texts environment) {
  SettingsSources sources = nothing();
  sources.environment = std::move(environment);
  return load_settings(sources);
}

Result<Settings> from_flags(std::vector<std::pair<std::string, std::string>> flags) {
  SettingsSources sources = nothing();
  sources.flags = std::move(flags);
  return load_settings(sources);
}

std::string complaint(const Result<Settings>& result) {
  REQUIRE(!result);
  return result.error().message;
}

constexpr const char* hash = "2BB80D537B1DA3E38BD30361AA855686BDE0EACD7162FEF6A25FE97BF527A25B";

}  // namespace

TEST_CASE("without any source every setting has its default") {
  const auto settings = load_settings(nothing());
  REQUIRE(settings);
  CHECK(settings->socket == "/run/towermill/handler.sock");
  CHECK(settings->timeout_s == 60);
  CHECK(settings->max_timeout_s == 600);
  CHECK(settings->body_limit_bytes == 16 << 20);
  CHECK(settings->memory_bytes == std::int64_t{2} << 30);
  CHECK(settings->failure_status == 422);
  CHECK(settings->string_body == StringBody::text);
  CHECK(settings->log_level == LogLevel::info);
  CHECK(settings->allow_x_accel == false);
  CHECK(settings->token_sha256.empty());
  CHECK(settings->workspaces.empty());
}

TEST_CASE("every default is a value the setting itself allows") {
  for (const SettingRow& row : setting_rows()) {
    INFO(row.name);
    Settings settings;
    const std::string standard = show_value(row, settings);
    CHECK((row.has_several() || set_value(settings, row, {standard})));
    CHECK(show_value(row, settings) == standard);
  }
}

TEST_CASE("every row has a name of its own, a sentence, and a maximum that exists") {
  std::set<std::string_view> names;
  for (const SettingRow& row : setting_rows()) {
    INFO(row.name);
    CHECK(names.insert(row.name).second);
    CHECK(row.sentence.ends_with('.'));
    const SettingRow* bound = find_setting(row.script_max);
    CHECK((row.script_max.empty() || row.script_max == "range" || (bound != nullptr && bound->is_number())));
    CHECK((!row.is_number() || row.least < row.most));
  }
}

TEST_CASE("the YAML file gives numbers, sizes, words, switches, lists and maps") {
  const auto settings = from_file(
      "timeout_s: 5\nbody_limit_bytes: 1MiB\nlog_format: json\nallow_x_accel: true\n"
      "token_sha256:\n  - " +
      std::string(hash) +
      "\nworkspaces:\n  demo: /srv/hooks\n  other: /x\n"
      "envs:\n  - A=1,2\n  - B=\npython:\n");
  REQUIRE(settings);
  CHECK(settings->timeout_s == 5);
  CHECK(settings->body_limit_bytes == 1 << 20);
  CHECK(settings->log_format == LogFormat::json);
  CHECK(settings->allow_x_accel);
  CHECK(settings->token_sha256 == Texts{"2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"});
  CHECK(settings->workspaces == Folders{{"demo", "/srv/hooks"}, {"other", "/x"}});
  CHECK(settings->envs == Texts{"A=1,2", "B="});
  CHECK(settings->python.empty());
}

TEST_CASE("the environment gives settings, lists with commas") {
  const auto settings =
      from_environment({"TOWERMILL_TIMEOUT_S=7", "TOWERMILL_WORKSPACES=demo=/srv/hooks, other=/x",
                        "TOWERMILL_ENVS=", "HOME=/root"});
  REQUIRE(settings);
  CHECK(settings->timeout_s == 7);
  CHECK(settings->workspaces == Folders{{"demo", "/srv/hooks"}, {"other", "/x"}});
  CHECK(settings->envs.empty());
}

TEST_CASE("an origin is what a browser sends, or *") {
  const Texts origins = {"https://shop.example", "http://localhost:3000", "http://[::1]", "http://[::1]:8080",
                         "*"};
  std::string listed;
  for (const std::string& origin : origins) listed += (listed.empty() ? "" : ",") + origin;
  const auto settings = from_environment({"TOWERMILL_ALLOWED_ORIGINS=" + listed});
  REQUIRE(settings);
  CHECK(settings->allowed_origins == origins);
}

TEST_CASE("flags are written with - or _, and a list given twice adds up") {
  const auto settings =
      from_flags({{"timeout-s", "5"}, {"--grace_ms", "7"}, {"workspaces", "a=/a"}, {"workspaces", "b=/b"}});
  REQUIRE(settings);
  CHECK(settings->timeout_s == 5);
  CHECK(settings->grace_ms == 7);
  CHECK(settings->workspaces == Folders{{"a", "/a"}, {"b", "/b"}});
}

TEST_CASE("flags win over the environment, and that over the file") {
  const TempFolder folder;
  SettingsSources sources;
  sources.config_file = folder.write("t.yaml", "timeout_s: 1\ngrace_ms: 1\nstop_s: 1\nenvs: [A=1]\n");
  sources.environment = {"TOWERMILL_TIMEOUT_S=2", "TOWERMILL_GRACE_MS=2", "TOWERMILL_ENVS=B=2"};
  sources.flags = {{"timeout-s", "3"}};
  const auto settings = load_settings(sources);
  REQUIRE(settings);
  CHECK(settings->timeout_s == 3);
  CHECK(settings->grace_ms == 2);
  CHECK(settings->stop_s == 1);
  CHECK(settings->envs == Texts{"B=2"});
}

TEST_CASE("the first standard file that is there counts where no other is named") {
  const TempFolder folder;
  SettingsSources sources;
  sources.standard_files = {folder / "absent.yaml", folder.write("standard.yaml", "timeout_s: 11\n"),
                            folder.write("last.yaml", "timeout_s: 12\n")};
  CHECK(load_settings(sources)->timeout_s == 11);
  sources.config_file = folder.write("other.yaml", "grace_ms: 1\n");
  CHECK(load_settings(sources)->timeout_s == 60);
}

TEST_CASE("the environment may name the file, and --config outdoes it") {
  const TempFolder folder;
  SettingsSources sources;
  sources.standard_files = {folder.write("standard.yaml", "timeout_s: 11\n")};
  sources.environment = {"TOWERMILL_CONFIG="};
  CHECK(load_settings(sources)->timeout_s == 11);
  sources.environment = {"TOWERMILL_CONFIG=" + folder.write("named.yaml", "timeout_s: 7\n")};
  CHECK(load_settings(sources)->timeout_s == 7);
  sources.config_file = folder.write("other.yaml", "timeout_s: 8\n");
  CHECK(load_settings(sources)->timeout_s == 8);
  sources.config_file = "";
  sources.environment = {"TOWERMILL_CONFIG=/nonexistent/my.yaml"};
  CHECK_THAT(complaint(load_settings(sources)), Contains("/nonexistent/my.yaml"));
}

TEST_CASE("what a caller may send is no setting") {
  const auto settings =
      from_environment({"HTTP_TOWERMILL_CONFIG=/nonexistent/my.yaml", "HTTP_TOWERMILL_TIMEOUT_S=1",
                        "QUERY_STRING=TOWERMILL_TIMEOUT_S=1", "REDIRECT_TOWERMILL_TIMEOUT_S=1"});
  REQUIRE(settings);
  CHECK(settings->timeout_s == 60);
}

TEST_CASE("a start may have defaults of its own, and what is set counts before them") {
  SettingsSources sources;
  sources.defaults.log_level = LogLevel::warning;
  sources.defaults.grace_ms = 1;
  sources.environment = {"TOWERMILL_LOG_LEVEL=info"};
  const auto settings = load_settings(sources);
  REQUIRE(settings);
  CHECK(settings->log_level == LogLevel::info);
  CHECK(settings->grace_ms == 1);
}

TEST_CASE("a file that is named must be there") {
  SettingsSources sources = nothing();
  sources.config_file = "/nonexistent/my.yaml";
  CHECK_THAT(complaint(load_settings(sources)), Contains("/nonexistent/my.yaml") && Contains("No such file"));
}

TEST_CASE("an unknown setting is named, with the near one, wherever it came from") {
  CHECK_THAT(complaint(from_file("grace_ms: 1\ntimout_s: 3\n")),
             Contains("timout_s") && Contains("t.yaml:2") && Contains("did you mean timeout_s?"));
  CHECK_THAT(complaint(from_environment({"TOWERMILL_RUNS_AT_ONC=3"})),
             Contains("TOWERMILL_RUNS_AT_ONC") && Contains("did you mean runs_at_once?"));
  CHECK_THAT(complaint(from_flags({{"timeout", "3"}})),
             Contains("--timeout") && Contains("did you mean timeout_s?"));
  CHECK_THAT(complaint(from_file("quux_zort: 1\n")), Contains("quux_zort") && !Contains("did you mean"));
}

TEST_CASE("a wrong value names the setting, the value, its place and what is allowed") {
  CHECK_THAT(complaint(from_file("\ntimeout_s: 0\n")),
             Contains("timeout_s is \"0\"") && Contains("t.yaml:2") && Contains("seconds from 1 to 604800"));
  CHECK_THAT(
      complaint(from_environment({"TOWERMILL_MEMORY_BYTES=lots"})),
      Contains("memory_bytes is \"lots\" (TOWERMILL_MEMORY_BYTES)") && Contains("from 16 MiB to 16 TiB"));
  CHECK_THAT(complaint(from_flags({{"log-level", "loud"}})),
             Contains("log_level is \"loud\" (--log-level)") && Contains("debug, info, warning or error"));
  CHECK_THAT(complaint(from_flags({{"socket", "handler.sock"}})), Contains("an absolute path"));
  CHECK_THAT(complaint(from_file("timeout_s: [1, 2]\n")), Contains("timeout_s") && Contains("t.yaml:1"));
  CHECK_THAT(complaint(from_file("envs: [[A=1]]\n")), Contains("envs") && Contains("t.yaml:1"));
}

TEST_CASE("values that are out of range or of the wrong kind are refused") {
  const std::pair<std::string, std::string> wrong[] = {
      {"timeout_s", "-1"},
      {"timeout_s", "1.5"},
      {"timeout_s", "604801"},
      {"timeout_s", ""},
      {"timeout_s", " 5"},
      {"timeout_s", "99999999999999999999"},
      {"grace_ms", "10001"},
      {"json_depth_limit", "513"},
      {"json_depth_limit", "0"},
      {"failure_status", "200"},
      {"string_body", "TEXT"},
      {"allow_x_accel", "yes"},
      {"base_path", "hooks"},
      {"base_path", "/hooks/"},
      {"base_url", "localhost:8000"},
      {"base_url", "http://"},
      {"allowed_origins", "shop.example"},
      {"allowed_origins", "https://shop.example/"},
      {"allowed_origins", "https://shop.example/path"},
      {"allowed_origins", "https://ada@shop.example"},
      {"allowed_origins", "https://shop.example:"},
      {"allowed_origins", "https://shop.example:99999"},
      {"allowed_origins", "https://:3000"},
      {"allowed_origins", "https://[::1"},
      {"allowed_origins", "https://a b"},
      {"allowed_origins", "null"},
      {"python", "python3"},
      {"path", "/bin::/usr/bin"},
      {"path", "bin"},
      {"state_dir", ""},
      {"socket", "relative.sock"},
      {"workspaces", "demo"},
      {"workspaces", "=/x"},
      {"workspaces", "../x=/x"},
      {"workspaces", "a=/x,a=/y"},
      {"workspaces", "a=/x\ny"},
      {"envs", "LD_PRELOAD=/x"},
      {"envs", "HTTP_PROXY=x"},
      {"envs", "WM_JOB_ID=x"},
      {"envs", "=x"},
      {"envs", "A"},
      {"envs", "1A=x"},
  };
  for (const auto& [name, value] : wrong) {
    INFO(name << " = " << value);
    CHECK_THAT(complaint(from_flags({{name, value}})), Contains(name) && Contains("must be"));
  }
}

TEST_CASE("a secret is never repeated, only named") {
  const std::string almost = std::string(hash).substr(1);
  CHECK_THAT(complaint(from_environment({"TOWERMILL_TOKEN_SHA256=" + almost})),
             Contains("token_sha256 is wrong (TOWERMILL_TOKEN_SHA256)") && !Contains(almost));
  CHECK_THAT(complaint(from_file("envs: [API_KEY]\n")), Contains("envs is wrong") && !Contains("API_KEY"));
}

TEST_CASE("all that is wrong is told at once") {
  const std::string all = complaint(from_file("timeout_s: x\nquux: 1\ngrace_ms: -4\n"));
  CHECK_THAT(all, Contains("timeout_s is") && Contains("quux") && Contains("grace_ms is"));
}

TEST_CASE("what bounds a script bounds the default too") {
  CHECK_THAT(complaint(from_flags({{"timeout-s", "700"}})),
             Contains("timeout_s is 700, but must not be more than max_timeout_s, which is 600"));
  CHECK_THAT(complaint(from_flags({{"memory-bytes", "9GiB"}})), Contains("max_memory_bytes, which is 8 GiB"));
  CHECK(from_flags({{"timeout-s", "700"}, {"max-timeout-s", "700"}}));
}

TEST_CASE("a file that is no map of settings, or has one twice, is refused") {
  CHECK_THAT(complaint(from_file("- timeout_s\n")), Contains("map"));
  CHECK_THAT(complaint(from_file("timeout_s: 1\ntimeout_s: 2\n")), Contains("twice") && Contains("t.yaml:2"));
  CHECK_THAT(complaint(from_file("timeout_s: [\n")), Contains("t.yaml:"));
  CHECK(from_file(""));
  CHECK(from_file("# nothing\n"));
}

TEST_CASE("the tables of the README name every setting and every limit") {
  const std::string settings = settings_markdown();
  const std::string limits = limits_markdown();
  for (const SettingRow& row : setting_rows()) {
    const std::string name = "| `" + std::string(row.name) + "` |";
    CHECK_THAT(settings, Contains(name));
    CHECK((limits.find(name) != limits.npos) == !row.beyond.empty());
  }
  CHECK_THAT(limits, Contains("| `timeout_s` | 60 s | `max_timeout_s` (600 s) | 504 `timeout after 60s` |"));
  CHECK_THAT(setting_help(*find_setting("timeout_s")),
             Contains("from 1 to 604800") && Contains("Default: 60"));
}
