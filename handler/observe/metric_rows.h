#pragma once
// The metrics as metrics.tbl declares them.

#include <string>
#include <string_view>
#include <vector>

namespace towermill {

enum class Metric {
#define METRIC(kind, type, name, labels, sentence) kind,
#include "handler/observe/metrics.tbl"
#undef METRIC
};

enum class MetricType { counter, gauge, histogram };

struct MetricRow {
  std::string_view name;
  MetricType type;
  std::string_view type_name;
  std::string_view labels;  // their names, with blanks between; in the order of a series' values
  std::string_view sentence;
};

/// In the order of the table, which is that of Metric.
const std::vector<MetricRow>& metric_rows();

/// The README's table.
std::string metrics_markdown();

}  // namespace towermill
