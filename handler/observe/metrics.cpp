#include "handler/observe/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <initializer_list>
#include <limits>

#include "handler/observe/metric_rows.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::array<std::string_view, refusal_count> refusal_words = {"no_room", "too_late", "left",
                                                                       "closed"};

using LabelValues = std::initializer_list<std::string_view>;

prometheus::MetricType type_of(const MetricRow& row) {
  switch (row.type) {
    case MetricType::counter:
      return prometheus::MetricType::Counter;
    case MetricType::gauge:
      return prometheus::MetricType::Gauge;
    case MetricType::histogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

double as_number(const Counter& counter) {
  return static_cast<double>(counter.load(std::memory_order_relaxed));
}

class Page {
 public:
  Page();
  void add(Metric metric, LabelValues labels, double value);
  void add(Metric metric, LabelValues labels, const Histogram& histogram);
  std::string text() const { return prometheus::TextSerializer().Serializer::Serialize(families_); }

 private:
  prometheus::ClientMetric& add_series(Metric metric, LabelValues labels);

  std::vector<prometheus::MetricFamily> families_;  // one a row
};

Page::Page() {
  for (const MetricRow& row : metric_rows())
    families_.push_back({std::string(row.name), std::string(row.sentence), type_of(row), {}});
}

prometheus::ClientMetric& Page::add_series(Metric metric, LabelValues labels) {
  const auto index = static_cast<std::size_t>(metric);
  prometheus::ClientMetric& series = families_[index].metric.emplace_back();
  const auto names = split(metric_rows()[index].labels, ' ');
  auto name = names.begin();
  for (const std::string_view value : labels) series.label.push_back({*name++, std::string(value)});
  return series;
}

void Page::add(Metric metric, LabelValues labels, double value) {
  prometheus::ClientMetric& series = add_series(metric, labels);
  series.counter.value = series.gauge.value = value;  // the row's type tells which of them counts
}

void Page::add(Metric metric, LabelValues labels, const Histogram& histogram) {
  const Histogram::Reading reading = histogram.read();
  prometheus::ClientMetric::Histogram& shown = add_series(metric, labels).histogram;
  for (std::size_t i = 0; i < Histogram::bounds_s.size(); ++i)
    shown.bucket.push_back({reading.up_to[i], Histogram::bounds_s[i]});
  shown.bucket.push_back({reading.up_to.back(), std::numeric_limits<double>::infinity()});
  shown.sample_count = reading.up_to.back();
  shown.sample_sum = reading.sum_s;
}

void add_requests(Page& page, const Counts& counts) {
  for (std::size_t endpoint = 0; endpoint < endpoint_words.size(); ++endpoint)
    for (std::size_t status = 0; status < status_classes.size(); ++status)
      page.add(Metric::requests, {endpoint_words[endpoint], status_classes[status]},
               as_number(counts.requests[endpoint][status]));
  page.add(Metric::broken_requests, {}, as_number(counts.broken_requests));
}

void add_workspace(Page& page, std::string_view name, const WorkspaceCounts& counts) {
  for (std::size_t outcome = 0; outcome < outcome_words.size(); ++outcome)
    for (std::size_t way = 0; way < way_words.size(); ++way)
      page.add(Metric::runs, {name, outcome_words[outcome], way_words[way]},
               as_number(counts.runs[outcome][way]));
  page.add(Metric::run_seconds, {name}, counts.run_time);
}

void add_line(Page& page, const AtPresent& present) {
  for (std::size_t why = 0; why < refusal_words.size(); ++why)
    page.add(Metric::refusals, {refusal_words[why]}, static_cast<double>(present.load.refused[why]));
  page.add(Metric::running, {}, static_cast<double>(present.load.running));
  page.add(Metric::waiting, {}, static_cast<double>(present.load.waiting));
  page.add(Metric::runs_at_once, {}, static_cast<double>(present.runs_at_once));
}

void add_runs(Page& page, const Counts& counts) {
  for (const auto& [name, of_workspace] : counts.workspaces) add_workspace(page, name, of_workspace);
  page.add(Metric::wait_seconds, {}, counts.wait_time);
  for (std::size_t way = 0; way < counts.start_time.size(); ++way)
    page.add(Metric::start_seconds, {way_words[way]}, counts.start_time[way]);
}

void add_way(Page& page, std::string_view way, const WayStats& stats) {
  page.add(Metric::warm_hits, {way}, static_cast<double>(stats.hits));
  page.add(Metric::warm_misses, {way}, static_cast<double>(stats.misses));
  page.add(Metric::warm_started, {way}, static_cast<double>(stats.started));
  page.add(Metric::warm_restarts, {way}, static_cast<double>(stats.restarts));
  page.add(Metric::warm_ready, {way}, static_cast<double>(stats.ready));
  page.add(Metric::warm_alive, {way}, static_cast<double>(stats.alive));
}

void add_process(Page& page, const Counts& counts, const OwnProcess& process) {
  const std::chrono::duration<double> since = counts.since.time_since_epoch();
  page.add(Metric::build_info, {TOWERMILL_VERSION}, 1);
  page.add(Metric::started_at, {}, since.count());
  page.add(Metric::cpu, {}, process.cpu_s);
  page.add(Metric::resident_memory, {}, static_cast<double>(process.resident_bytes));
  page.add(Metric::open_descriptors, {}, static_cast<double>(process.open_descriptors));
  page.add(Metric::most_descriptors, {}, static_cast<double>(process.most_descriptors));
  page.add(Metric::threads, {}, static_cast<double>(process.threads));
}

}  // namespace

std::string metrics_page(const Counts& counts, const AtPresent& present) {
  Page page;
  add_requests(page, counts);
  add_line(page, present);
  add_runs(page, counts);
  for (const auto& [way, stats] : present.ways) add_way(page, name_of(way), stats);
  add_process(page, counts, present.process);
  return page.text();
}

}  // namespace towermill
