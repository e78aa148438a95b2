#include "runner/languages/python/python.h"

#include <catch2/catch.hpp>

#include "runner/base/json.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT: a test

namespace {

RunSpec a_spec() {
  RunSpec spec;
  spec.job_id = "j1";
  spec.path = "f/x/y";
  spec.file = "f/x/y.py";
  spec.source = std::make_shared<const std::string>("def main(): pass");
  spec.workspace_root = "/srv/ws";
  spec.args = R"({"secret":"s3cr3t"})";
  return spec;
}

}  // namespace

TEST_CASE("a Python run is the interpreter, the stored harness and one frame") {
  const TempFolder cache;
  const auto made =
      python_language().plan(a_spec(), {.python = "/opt/py/bin/python3", .cache_dir = cache.path()});
  const Plan& plan = std::get<Plan>(made);
  CHECK(plan.program == "/opt/py/bin/python3");
  REQUIRE(plan.argv.size() == 5);
  CHECK(plan.argv[0] == plan.program);
  CHECK(plan.argv[1] == "-I");
  CHECK(plan.argv[3].find("towermill_harness") != std::string::npos);
  CHECK(plan.argv[4].starts_with(cache.path() + "/"));
  CHECK(std::filesystem::exists(plan.argv[4] + "/towermill_harness.py"));
  CHECK(plan.stdin_bytes.empty());
  CHECK(plan.values.empty());
  CHECK(plan.stdout_use == Stdout::log);
  const auto run = parse_json(std::string_view(plan.frame).substr(4));
  REQUIRE(run.ok());
  CHECK(run->find("args")->raw == R"({"secret":"s3cr3t"})");
  CHECK(run->find("time_left_ms")->raw == "60000");
}

TEST_CASE("without an interpreter no Python is started, and the caller sees no path") {
  const auto made = python_language().plan(a_spec(), {});
  const auto& outcome = std::get<Outcome>(made);
  CHECK(std::get<NotStarted>(outcome).message.find('/') == std::string::npos);
}

TEST_CASE("without a place for the harness no Python is started, and the caller sees no path") {
  const auto made = python_language().plan(a_spec(), {.python = "/bin/python3", .cache_dir = "/no/such"});
  const auto& not_started = std::get<NotStarted>(std::get<Outcome>(made));
  CHECK(not_started.message == "the harness for Python cannot be stored");
  CHECK(not_started.details.find("/no/such") != std::string::npos);
}

TEST_CASE("a Python that ends without a frame has failed, whatever its exit code") {
  const Captured captured{"python", {0, 0}, "", "hm\n", -1};
  const Outcome outcome = python_language().at_exit(a_spec(), captured);
  CHECK(std::get<Failed>(outcome).message ==
        "\"python run\" ended without a result, exit code 0, last log lines:\nhm");
}
