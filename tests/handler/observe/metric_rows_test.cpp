#include "handler/observe/metric_rows.h"

#include <catch2/catch.hpp>
#include <set>

using namespace towermill;  // NOLINT(google-build-using-namespace)
using Catch::Contains;

TEST_CASE("Every metric has a name of its own, as Prometheus wants it, and a sentence") {
  std::set<std::string_view> names;
  for (const MetricRow& row : metric_rows()) {
    CAPTURE(row.name);
    CHECK(names.insert(row.name).second);
    CHECK((row.name.starts_with("towermill_") || row.name.starts_with("process_")));
    CHECK(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == row.name.npos);
    CHECK(row.name.ends_with("_total") == (row.type == MetricType::counter));
    CHECK(row.sentence.ends_with('.'));
    // The library writes a sentence as it is.
    CHECK(row.sentence.find_first_of("\\\n") == row.sentence.npos);
  }
}

TEST_CASE("A kind of metric is the place of its row") {
  CHECK(metric_rows()[static_cast<std::size_t>(Metric::runs)].name == "towermill_runs_total");
  CHECK(metric_rows()[static_cast<std::size_t>(Metric::threads)].name == "process_threads");
}

TEST_CASE("The manual's table has a row for each, its labels in code") {
  CHECK_THAT(metrics_markdown(),
             Contains("| `towermill_runs_total` | counter | `workspace`, `outcome`, `way` | Runs that"));
  CHECK_THAT(metrics_markdown(), Contains("| `process_threads` | gauge |  | Threads"));
}
