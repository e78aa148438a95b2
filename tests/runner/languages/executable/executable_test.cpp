#include "runner/languages/executable/executable.h"

#include <catch2/catch.hpp>

#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT: a test

namespace {

RunSpec a_spec() {
  RunSpec spec;
  spec.file = "f/x/tool";
  spec.source = std::make_shared<const std::string>("#!/bin/sh\necho 1\n");
  spec.source_hash = "abc";
  spec.args = R"({"a":1})";
  return spec;
}

Outcome at_exit(std::string output, ExitStatus exit = {}) {
  return executable_language().at_exit(a_spec(), {"executable", exit, std::move(output), "why\n", -1});
}

std::string json_of(std::string output) { return std::get<Returned>(at_exit(std::move(output))).json; }

}  // namespace

TEST_CASE("an executable is run as a stored copy, with its args as stdin") {
  const TempFolder folder;
  const auto made = executable_language().plan(a_spec(), {.cache_dir = folder.path()});
  const Plan& plan = std::get<Plan>(made);
  CHECK(plan.program == folder.path() + "/abc/tool");
  CHECK(plan.argv == std::vector<std::string>{plan.program});
  CHECK(plan.stdin_bytes == R"({"a":1})");
  CHECK(plan.frame.empty());
  CHECK(plan.values.empty());
  CHECK(plan.stdout_use == Stdout::result);
}

TEST_CASE("an executable that cannot be stored is not started, and the caller sees no path") {
  const auto made = executable_language().plan(a_spec(), {.cache_dir = "/no/such/folder"});
  const auto not_started = std::get<NotStarted>(std::get<Outcome>(made));
  CHECK(not_started.message.find('/') == std::string::npos);
  CHECK(not_started.details.find("/no/such/folder") != std::string::npos);
}

TEST_CASE("an executable's output is JSON if it parses, otherwise a string") {
  CHECK(json_of("") == "null");
  CHECK(json_of("\n\n") == "null");
  CHECK(json_of(" {\"a\": 1.50}\n") == "{\"a\": 1.50}");
  CHECK(json_of("42\n") == "42");
  CHECK(json_of("\"q\"") == "\"q\"");
  CHECK(json_of("two\nlines\n\n") == R"("two\nlines")");
  CHECK(json_of(" x ") == "\" x \"");
  CHECK(json_of("1\n2\n") == R"("1\n2")");
}

TEST_CASE("output that is no UTF-8 and an exit code are failures") {
  CHECK(std::get<Failed>(at_exit("\xff\xfe")).message.find("UTF-8") != std::string::npos);
  CHECK(std::get<Failed>(at_exit("1", {2, 0})).message ==
        "exit code for \"executable run\": 2, last log lines:\nwhy");
  CHECK(std::get<Failed>(at_exit("1", {0, 9})).message.find("signal 9 (Killed)") != std::string::npos);
}
