#include "runner/languages/php/php.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "runner/base/json.h"

using namespace towermill;  // NOLINT: a test

namespace {

RunSpec a_spec(std::int64_t memory_bytes = std::int64_t{2} << 30) {
  RunSpec spec;
  spec.job_id = "j1";
  spec.path = "f/x/y";
  spec.file = "f/x/y.php";
  spec.source = std::make_shared<const std::string>("<?php function main() {}");
  spec.workspace_root = "/srv/ws";
  spec.args = R"({"secret":"s3cr3t"})";
  spec.limits.memory_bytes = memory_bytes;
  return spec;
}

Plan plan_of(const RunSpec& spec) {
  return std::get<Plan>(php_language().plan(spec, {.php = "/opt/php/bin/php"}));
}

bool has(const std::vector<std::string>& argv, const std::string& argument) {
  return std::find(argv.begin(), argv.end(), argument) != argv.end();
}

}  // namespace

TEST_CASE("a PHP run is the interpreter, the harness and one frame") {
  const Plan plan = plan_of(a_spec());
  CHECK(plan.program == "/opt/php/bin/php");
  CHECK(plan.argv.front() == plan.program);
  REQUIRE(plan.argv[plan.argv.size() - 2] == "-r");
  CHECK(plan.argv.back().size() < 128 * 1024);
  CHECK(plan.argv.back().find("<?php") == std::string::npos);
  for (const std::string& argument : plan.argv) CHECK(argument.find("s3cr3t") == std::string::npos);
  CHECK(has(plan.argv, "display_errors=stderr"));
  CHECK(plan.stdin_bytes.empty());
  CHECK(plan.values.empty());
  CHECK(plan.stdout_use == Stdout::log);
  CHECK(plan.memory_limit == MemoryLimit::address_space);
  const auto run = parse_json(std::string_view(plan.frame).substr(4));
  REQUIRE(run.ok());
  CHECK(run->find("args")->raw == R"({"secret":"s3cr3t"})");
  CHECK(run->find("time_left_ms")->raw == "60000");
}

TEST_CASE("PHP's own memory limit leaves the interpreter its room in the address space") {
  constexpr std::int64_t mebi = 1 << 20;
  CHECK(has(plan_of(a_spec(2048 * mebi)).argv, "memory_limit=" + std::to_string(1920 * mebi)));
  CHECK(has(plan_of(a_spec(160 * mebi)).argv, "memory_limit=" + std::to_string(32 * mebi)));
}

TEST_CASE("with less memory than PHP needs to start, nothing is started, and the caller is told") {
  const auto made = php_language().plan(a_spec((160 << 20) - 1), {.php = "/opt/php/bin/php"});
  const auto& outcome = std::get<Outcome>(made);
  CHECK(std::get<Failed>(outcome).message ==
        "execution error:\nPHP needs a memory_bytes of at least 160 MiB");
}

TEST_CASE("without an interpreter no PHP is started, and the caller sees no path") {
  const auto made = php_language().plan(a_spec(), {});
  const auto& outcome = std::get<Outcome>(made);
  CHECK(std::get<NotStarted>(outcome).message == "PHP is not installed on the server");
}

TEST_CASE("a PHP that ends without a frame has failed, whatever its exit code") {
  const Captured captured{"php", {0, 0}, "", "hm\n", -1};
  const Outcome outcome = php_language().at_exit(a_spec(), captured);
  CHECK(std::get<Failed>(outcome).message ==
        "\"php run\" ended without a result, exit code 0, last log lines:\nhm");
}
