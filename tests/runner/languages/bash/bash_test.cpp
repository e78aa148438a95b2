#include "runner/languages/bash/bash.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "runner/base/fd.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT: a test
using namespace std::string_literals;

namespace {

RunSpec a_spec(std::string source, std::string args) {
  RunSpec spec;
  spec.file = "f/x/y.sh";
  spec.source = std::make_shared<const std::string>(std::move(source));
  spec.args = std::move(args);
  spec.limits.result_limit_bytes = 100;
  return spec;
}

const Tools tools{.bash = "/bin/bash"};

std::string values_of(std::string source, std::string args) {
  const auto made = bash_language().plan(a_spec(std::move(source), std::move(args)), tools);
  return std::get<Plan>(made).values;
}

Outcome at_exit(const TempFolder& folder, std::string output, bool output_was_cut = false) {
  const UniqueFd opened(open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const Captured captured{"bash", {}, std::move(output), "", opened.get(), output_was_cut};
  return bash_language().at_exit(a_spec("", "{}"), captured);
}

std::string json_of(const Outcome& outcome) { return std::get<Returned>(outcome).json; }
std::string failure_of(const Outcome& outcome) { return std::get<Failed>(outcome).message; }

}  // namespace

TEST_CASE("a Bash run is given its source and its values on a descriptor, never as arguments") {
  const auto made = bash_language().plan(a_spec("a=\"$1\"\n", R"({"a":"s3cr3t"})"), tools);
  const Plan& plan = std::get<Plan>(made);
  CHECK(plan.program == "/bin/bash");
  REQUIRE(plan.argv.size() == 6);
  CHECK(plan.argv.back() == "f/x/y.sh");
  for (const std::string& arg : plan.argv) CHECK(arg.find("s3cr3t") == std::string::npos);
  CHECK(plan.values == "a=\"$1\"\n\0s3cr3t\0"s);
  CHECK(plan.frame.empty());
  CHECK(plan.stdout_use == Stdout::log_and_last_line);
}

TEST_CASE("bash is told a SHELL, which its own processes do not inherit, unless the author names one") {
  RunSpec spec = a_spec("", "{}");
  const auto made = bash_language().plan(spec, tools);
  CHECK(std::get<Plan>(made).environment == std::vector<std::string>{"SHELL=/bin/bash"});
  CHECK(std::get<Plan>(made).argv[4].starts_with("export -n SHELL; "));
  spec.environment = {"SHELL=/bin/zsh"};
  const auto named = bash_language().plan(spec, tools);
  CHECK(std::get<Plan>(named).environment.empty());
  CHECK(std::get<Plan>(named).argv[4].find("SHELL") == std::string::npos);
}

TEST_CASE("strings are given bare, null and a missing arg empty, all else as its JSON text") {
  const std::string source = "a=\"$1\"\nb=\"$2\"\nc=\"$3\"\nd=\"$4\"\ne=\"$5\"";
  CHECK(values_of(source, R"({"a":"x\n\"y\"","b":null,"d":{"k": [1.50]},"e":true,"extra":1})") ==
        source + "\0x\n\"y\"\0\0\0{\"k\": [1.50]}\0true\0"s);
}

TEST_CASE("of two equal args the last counts") {
  CHECK(values_of("a=\"$1\"", R"({"a":1,"a":2})") ==
        "a=\"$1\"\0"
        "2\0"s);
}

TEST_CASE("a NUL in the source is dropped, one in a value refuses the call by name") {
  CHECK(values_of("ec\0ho"s, "{}") == "echo\0"s);
  const auto made = bash_language().plan(a_spec("a=\"$1\"", R"({"a":"x\u0000"})"), tools);
  const auto& outcome = std::get<Outcome>(made);
  CHECK(std::get<BadArgs>(outcome).message.find("\"a\"") != std::string::npos);
}

TEST_CASE("without bash nothing is started") {
  const auto made = bash_language().plan(a_spec("", "{}"), {});
  CHECK(std::holds_alternative<NotStarted>(std::get<Outcome>(made)));
}

TEST_CASE("result.json comes first, then result.out, then the last line") {
  const TempFolder folder;
  CHECK(json_of(at_exit(folder, "line")) == "\"line\"");
  folder.write("result.json", "");
  folder.write("result.out", "");
  CHECK(json_of(at_exit(folder, "line")) == "\"line\"");
  folder.write("result.out", "{\"a\":1}\n");
  CHECK(json_of(at_exit(folder, "line")) == R"("{\"a\":1}\n")");
  folder.write("result.json", "\n 1.50 \n");
  CHECK(json_of(at_exit(folder, "line")) == "1.50");
}

TEST_CASE("a last line that is an object or array is JSON, every other a string") {
  const TempFolder folder;
  CHECK(json_of(at_exit(folder, "")) == "null");
  CHECK(json_of(at_exit(folder, " \r\n")) == "null");
  CHECK(json_of(at_exit(folder, "{\"a\": 1}\r\n")) == "{\"a\": 1}");
  CHECK(json_of(at_exit(folder, "[1]")) == "[1]");
  CHECK(json_of(at_exit(folder, "[INFO] ok")) == "\"[INFO] ok\"");
  CHECK(json_of(at_exit(folder, "42")) == "\"42\"");
  CHECK(json_of(at_exit(folder, "true")) == "\"true\"");
  CHECK(json_of(at_exit(folder, "\"q\"")) == R"("\"q\"")");
  CHECK(json_of(at_exit(folder, "a\xff")) == "\"a\xEF\xBF\xBD\"");
}

TEST_CASE("a result file that is no JSON, too long or no file fails with a sentence") {
  const TempFolder folder;
  const std::string json = folder.path() + "/result.json";
  folder.write("result.json", "{'a'}");
  CHECK(failure_of(at_exit(folder, "x")).find("execution error:\nresult.json is not valid JSON: ") == 0);
  folder.write("result.json", "\"" + std::string(99, 'x') + "\"");
  CHECK(failure_of(at_exit(folder, "x")).find("(result_limit_bytes 100)") != std::string::npos);
  std::filesystem::remove(json);
  std::filesystem::create_symlink("/etc/passwd", json);
  CHECK(failure_of(at_exit(folder, "x")) == "execution error:\nresult.json is not a regular file");
  std::filesystem::remove(json);
  REQUIRE(mkfifo(json.c_str(), 0600) == 0);
  CHECK(failure_of(at_exit(folder, "x")) == "execution error:\nresult.json is not a regular file");
  std::filesystem::remove(json);
  std::filesystem::create_directory(json);
  CHECK(failure_of(at_exit(folder, "x")) == "execution error:\nresult.json is not a regular file");
}

TEST_CASE("a last line that was cut is refused, unless a result file counts before it") {
  const TempFolder folder;
  CHECK(failure_of(at_exit(folder, "x", true)) ==
        "execution error:\nthe last line is longer than result_limit_bytes 100");
  folder.write("result.json", "1");
  CHECK(json_of(at_exit(folder, "x", true)) == "1");
}

TEST_CASE("a Bash that exits with a code has failed, whatever it printed") {
  const Captured captured{"bash", {3, 0}, "{}", "oh\n", -1, true};
  const Outcome outcome = bash_language().at_exit(a_spec("", "{}"), captured);
  CHECK(failure_of(outcome) == "exit code for \"bash run\": 3, last log lines:\noh");
}
