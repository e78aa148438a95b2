#include "handler/observe/metrics.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "handler/observe/metric_rows.h"
#include "runner/base/text.h"
#include "runner/pool/runner.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)
using Catch::Contains;

namespace {

RunReport forked() {
  RunReport report;
  report.way = Way::fork;
  report.start_ms = 0.2;
  report.until_outcome_ms = 0.75;
  return report;
}

std::size_t times(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("The page tells every metric once, in the order of the table") {
  const std::string page = metrics_page(Counts(), {});
  std::size_t last = 0;
  for (const MetricRow& row : metric_rows()) {
    const std::string head = "# HELP " + std::string(row.name) + " " + std::string(row.sentence) +
                             "\n# TYPE " + std::string(row.name) + " " + std::string(row.type_name) + "\n";
    CAPTURE(head);
    CHECK(times(page, head) == 1);
    CHECK(page.find(head) >= last);
    last = page.find(head);
  }
}

TEST_CASE("What was counted is on the page, with its labels") {
  Counts counts;
  counts.add_workspace("demo");
  counts.count_run("demo", "success", forked(), 0);
  counts.count_request(Endpoint::run, 200);
  counts.count_broken_request();
  const std::string page = metrics_page(counts, {});
  for (const char* line : {
           R"(towermill_runs_total{workspace="demo",outcome="success",way="fork"} 1)",
           R"(towermill_runs_total{workspace="demo",outcome="failure",way="fork"} 0)",
           R"(towermill_requests_total{endpoint="run",status="2xx"} 1)",
           "towermill_broken_requests_total 1",
           R"(towermill_run_seconds_bucket{workspace="demo",le="0.0005"} 0)",
           R"(towermill_run_seconds_bucket{workspace="demo",le="0.001"} 1)",
           R"(towermill_run_seconds_bucket{workspace="demo",le="+Inf"} 1)",
           R"(towermill_run_seconds_count{workspace="demo"} 1)",
           R"(towermill_run_seconds_sum{workspace="demo"} 0.00075)",
           R"(towermill_start_seconds_count{way="fork"} 1)",
           "towermill_wait_seconds_count 1",
           R"(towermill_build_info{version=")" TOWERMILL_VERSION R"("} 1)",
       }) {
    CAPTURE(line);
    CHECK(times(page, "\n" + std::string(line) + "\n") == 1);
  }
}

TEST_CASE("What there is at present is on the page") {
  AtPresent present;
  present.load.running = 3;
  present.load.waiting = 4;
  present.load.refused[static_cast<std::size_t>(Refusal::left)] = 5;
  present.runs_at_once = 64;
  WayStats stats;
  stats.hits = 1'234'567;
  stats.misses = 5;
  stats.started = 6;
  stats.restarts = 7;
  stats.ready = 8;
  stats.alive = 9;
  present.ways = {{Way::standby, stats}};
  present.process = {1.5, std::uint64_t{5} << 30, 20, 1024, 12};
  const std::string page = metrics_page(Counts(), present);
  for (const char* line : {
           R"(towermill_refusals_total{reason="left"} 5)",
           "towermill_running 3",
           "towermill_waiting 4",
           "towermill_runs_at_once 64",
           R"(towermill_warm_hits_total{way="standby"} 1234567)",
           R"(towermill_warm_misses_total{way="standby"} 5)",
           R"(towermill_warm_started_total{way="standby"} 6)",
           R"(towermill_warm_restarts_total{way="standby"} 7)",
           R"(towermill_warm_ready{way="standby"} 8)",
           R"(towermill_warm_alive{way="standby"} 9)",
           "process_cpu_seconds_total 1.5",
           "process_resident_memory_bytes 5368709120",
           "process_open_fds 20",
           "process_max_fds 1024",
           "process_threads 12",
       }) {
    CAPTURE(line);
    CHECK(times(page, "\n" + std::string(line) + "\n") == 1);
  }
}
