#include "handler/observe/counts.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "handler/reply/reply.h"
#include "runner/pool/runner.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

RunReport report_of(Way way) {
  RunReport report;
  report.way = way;
  report.start_ms = 2;
  report.until_outcome_ms = 30;
  report.run_ms = 40;
  return report;
}

std::size_t index(std::string_view outcome) {
  const auto* const word = std::find(outcome_words.begin(), outcome_words.end(), outcome);
  return static_cast<std::size_t>(word - outcome_words.begin());
}

}  // namespace

TEST_CASE("A request counts for its endpoint and the class of its status") {
  Counts counts;
  for (const int status : {200, 204, 404, 599}) counts.count_request(Endpoint::run, status);
  counts.count_request(Endpoint::health, 302);
  const auto& run = counts.requests[static_cast<std::size_t>(Endpoint::run)];
  CHECK(run[0] == 2);
  CHECK(run[1] == 0);
  CHECK(run[2] == 1);
  CHECK(run[3] == 1);
  CHECK(counts.requests[static_cast<std::size_t>(Endpoint::health)][1] == 1);
}

TEST_CASE("A run counts for its workspace, outcome and way, with its times") {
  Counts counts;
  counts.add_workspace("demo");
  counts.add_workspace("other");
  counts.count_run("demo", "failure", report_of(Way::fork), 5);
  const WorkspaceCounts& demo = counts.workspaces.at("demo");
  CHECK(demo.runs[index("failure")][static_cast<std::size_t>(Way::fork)] == 1);
  CHECK(demo.run_time.read().sum_s == Approx(0.03));
  CHECK(counts.start_time[static_cast<std::size_t>(Way::fork)].read().sum_s == Approx(0.002));
  CHECK(counts.wait_time.read().sum_s == Approx(0.005));
  CHECK(counts.workspaces.at("other").run_time.read().up_to.back() == 0);
}

TEST_CASE("A run that came to no process has a way of its own, and no times but its wait") {
  Counts counts;
  counts.add_workspace("demo");
  counts.count_run("demo", "not started", RunReport(), 1);
  const WorkspaceCounts& demo = counts.workspaces.at("demo");
  CHECK(demo.runs[index("not started")].back() == 1);
  CHECK(way_words.back() == "none");
  CHECK(demo.run_time.read().up_to.back() == 0);
  CHECK(counts.start_time[0].read().up_to.back() == 0);
  CHECK(counts.wait_time.read().up_to.back() == 1);
}

TEST_CASE("What no row knows is not counted") {
  Counts counts;
  counts.add_workspace("demo");
  counts.count_run("elsewhere", "success", report_of(Way::start), 1);
  counts.count_run("demo", "none", report_of(Way::start), 1);
  CHECK(counts.wait_time.read().up_to.back() == 0);
}

TEST_CASE("Every outcome that a reply has a word for is counted, and every way") {
  for (const Outcome& outcome : {Outcome(Returned{"1"}), Outcome(Failed{}), Outcome(TimedOut{}),
                                 Outcome(Cancelled{}), Outcome(BadArgs{}), Outcome(NotStarted{})}) {
    const std::string_view word = reply_to(outcome, {}).word;
    CAPTURE(word);
    CHECK(index(word) == outcome.index());
  }
  for (const Way way : {Way::start, Way::fork, Way::standby, Way::reuse})
    CHECK(way_words[static_cast<std::size_t>(way)] == name_of(way));
}
