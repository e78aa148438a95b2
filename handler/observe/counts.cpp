#include "handler/observe/counts.h"

#include <algorithm>

#include "runner/pool/runner.h"

namespace towermill {

namespace {

void add_one(Counter& counter) { counter.fetch_add(1, std::memory_order_relaxed); }

constexpr std::size_t no_way = way_words.size() - 1;

std::size_t way_of(const RunReport& report) {
  const bool had_process = report.start_ms > 0;
  return had_process ? static_cast<std::size_t>(report.way) : no_way;
}

}  // namespace

std::string_view way_word(const RunReport& report) { return way_words[way_of(report)]; }

void Counts::count_request(Endpoint endpoint, int status) {
  const auto status_class = static_cast<std::size_t>(std::clamp(status / 100, 2, 5) - 2);
  add_one(requests[static_cast<std::size_t>(endpoint)][status_class]);
}

void Counts::count_run(std::string_view workspace, std::string_view outcome, const RunReport& report,
                       double waited_ms) {
  const auto counts = workspaces.find(workspace);
  const auto* const word = std::find(outcome_words.begin(), outcome_words.end(), outcome);
  if (counts == workspaces.end() || word == outcome_words.end()) return;
  const std::size_t way = way_of(report);
  add_one(counts->second.runs[static_cast<std::size_t>(word - outcome_words.begin())][way]);
  wait_time.observe_ms(waited_ms);
  if (way == no_way) return;
  start_time[way].observe_ms(report.start_ms);
  counts->second.run_time.observe_ms(report.until_outcome_ms);
}

}  // namespace towermill
