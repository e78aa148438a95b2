#include <catch2/catch.hpp>

#include "runner/base/text.h"
#include "runner/languages/language.h"

using towermill::ExitStatus;
using towermill::Failed;

namespace {

Failed ended_without_result(std::string_view run_name, ExitStatus exit, std::string_view log) {
  return towermill::ended_without_result({.run_name = run_name, .exit = exit, .output = "", .log = log});
}

std::string message_of(std::string_view log) { return ended_without_result("bash", {1, 0}, log).message; }

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const std::string head = "exit code for \"bash run\": 1, last log lines:\n";

}  // namespace

TEST_CASE("an exit code is told in Windmill's words") {
  const auto failed = ended_without_result("bash", {1, 0}, "one\ntwo\n");
  CHECK(failed.name == "ExecutionErr");
  CHECK(failed.message == head + "one\ntwo");
  CHECK(failed.exit_code == 1);
  CHECK(failed.stack.empty());
}

TEST_CASE("a log is shown without its colours") {
  CHECK(message_of("\x1b[1;31mred\x1b[0m \x1b]0;title\a\x1b(Bplain\x1b") == head + "red plain");
  CHECK(message_of("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\") == head + "link");
  CHECK(message_of("\x1b[") == head);
  CHECK(message_of("\x1b[31\nnext") == head + "\nnext");
}

TEST_CASE("at most 600 characters of a log are shown, and never half a one") {
  CHECK(message_of(std::string(1000, 'a') + std::string(600, 'b')) == head + std::string(600, 'b'));
  std::string umlauts;
  for (int i = 0; i < 700; ++i) umlauts += "ü";
  CHECK(message_of(umlauts) == head + umlauts.substr(200));
  CHECK(message_of(std::string(100000, '\x80')).size() <= head.size() + 2400);
}

TEST_CASE("a signal is named, and explained only where the system alone sends it") {
  const auto killed = ended_without_result("bash", {0, 9}, "last words");
  CHECK(has(killed.message, "signal 9 (Killed)"));
  CHECK(has(killed.message, "memory"));
  CHECK(has(killed.message, "last log lines:\nlast words"));
  CHECK_FALSE(killed.exit_code.has_value());
  CHECK(has(ended_without_result("bash", {0, 24}, "").message, "cpu_s"));
  CHECK(has(ended_without_result("bash", {0, 25}, "").message, "file_size_bytes"));
  const auto fault = ended_without_result("python", {0, 11}, "");
  CHECK(fault.message == "\"python run\" was ended by signal 11 (Segmentation fault), last log lines:\n");
}

TEST_CASE("an exit with 0 and no result says so") {
  const auto failed = ended_without_result("python", {0, 0}, "");
  CHECK(has(failed.message, "ended without a result, exit code 0"));
  CHECK(failed.exit_code == 0);
}
