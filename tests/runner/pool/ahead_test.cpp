#include "runner/pool/ahead.h"

#include <catch2/catch.hpp>
#include <functional>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

struct Example {
  Plan plan;
  Launch launch;

  Example() {
    plan.program = "/bin/engine";
    plan.argv = {"engine", "--heap=5"};
    launch.plan = &plan;
    launch.environment = {"PATH=/bin", "SHOP=north", "WM_TOKEN=secret", "WM_JOB_ID=one"};
    launch.shared_environment = 2;
    launch.work_dir = "/jobs/one";
    launch.reuse_key = "hash";
  }
};

}  // namespace

TEST_CASE("Launches that differ in their run alone are of one kind") {
  Example one, other;
  other.launch.environment.back() = "WM_JOB_ID=two";
  other.launch.work_dir = "/jobs/two";
  other.launch.limits.timeout_s = 1;
  other.plan.frame = "args";
  CHECK(kind_of(one.launch) == kind_of(other.launch));
}

TEST_CASE("What a process is started with makes its kind") {
  const Example one;
  const auto differs = [&](const std::function<void(Example&)>& change) {
    Example other;
    change(other);
    return kind_of(other.launch) != kind_of(one.launch);
  };
  CHECK(differs([](Example& other) { other.plan.program = "/bin/other"; }));
  CHECK(differs([](Example& other) { other.plan.argv.back() = "--heap=6"; }));
  CHECK(differs([](Example& other) { other.plan.directory = "/"; }));
  CHECK(differs([](Example& other) { other.plan.memory_limit = MemoryLimit::written; }));
  CHECK(differs([](Example& other) { other.launch.environment[1] = "SHOP=south"; }));
  CHECK(differs([](Example& other) { other.launch.limits.memory_bytes += 1; }));
  CHECK(differs([](Example& other) { other.launch.limits.open_files += 1; }));
  CHECK(differs([](Example& other) { other.launch.limits.file_size_bytes += 1; }));
  CHECK(differs([](Example& other) { other.launch.limits.process_limit += 1; }));
}

TEST_CASE("A process that waits is told nothing of the run that it was started for") {
  const Example example;
  const Launch ahead = launch_ahead(example.launch, "standby");
  CHECK(ahead.environment == std::vector<std::string>{"PATH=/bin", "SHOP=north", "WM_JOB_ID=standby"});
  CHECK(ahead.work_dir == "/");
  CHECK(ahead.reuse_key.empty());
  CHECK(ahead.limits.memory_bytes == example.launch.limits.memory_bytes);
}
