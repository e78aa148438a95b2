#include "handler/jobs/job.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

bool has(const std::vector<std::string>& environment, const std::string& assignment) {
  return std::find(environment.begin(), environment.end(), assignment) != environment.end();
}

Job a_job() {
  auto script = std::make_shared<Script>();
  script->path = "f/x/y";
  script->file = "f/x/y.py";
  script->hash = std::string(64, 'a');
  script->meta.envs = {"COLOUR=blue", "SHARED=script", "WM_WORKSPACE=forged"};
  return {"id", "demo", script, "{}", Limits{}};
}

}  // namespace

TEST_CASE("Job ids are UUIDs of version 7 and all different") {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(new_job_id());
  CHECK(ids.size() == 1000);
  const std::string& id = *ids.begin();
  REQUIRE(id.size() == 36);
  CHECK(id[14] == '7');
  CHECK(std::string("89ab").find(id[19]) != std::string::npos);
}

TEST_CASE("A run's environment is the server's, then the script's, then the contract's") {
  const auto spec =
      make_run_spec(a_job(), "/root", {"/bin", "http://h", {"SHARED=server", "ONLY=server"}}, "tok");
  CHECK(has(spec.environment, "PATH=/bin"));
  CHECK(has(spec.environment, "COLOUR=blue"));
  CHECK(has(spec.environment, "SHARED=script"));
  CHECK(has(spec.environment, "ONLY=server"));
  CHECK(has(spec.own_environment, "WM_WORKSPACE=demo"));
  CHECK(has(spec.own_environment, "WM_JOB_PATH=f/x/y"));
  CHECK(has(spec.own_environment, "WM_TOKEN=tok"));
  CHECK(has(spec.environment, "BASE_INTERNAL_URL=http://h"));
  CHECK(has(spec.environment, "WM_EMAIL="));
}

TEST_CASE("Nothing of the server's own environment is in a run's") {
  ::setenv("SERVER_SECRET", "s3cret", 1);
  const auto spec = make_run_spec(a_job(), "/root", {"/bin", "http://h", {}}, "tok");
  for (const std::string& assignment : spec.environment)
    CHECK(assignment.find("s3cret") == std::string::npos);
  ::unsetenv("SERVER_SECRET");
}

TEST_CASE("A script without an environment of its own has that of the server's settings") {
  const RunEnvironment environment("/bin", "http://h", {"SHARED=server"});
  CHECK(has(environment.with({}), "SHARED=server"));
  CHECK(has(environment.with({"SHARED=script"}), "SHARED=script"));
  CHECK(has(environment.with({}), "BASE_URL=http://h"));
}
