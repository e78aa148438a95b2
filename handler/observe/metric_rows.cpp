#include "handler/observe/metric_rows.h"

#include "runner/base/text.h"

namespace towermill {

const std::vector<MetricRow>& metric_rows() {
  static const std::vector<MetricRow> rows = {
#define METRIC(kind, type, name, labels, sentence) {name, MetricType::type, #type, labels, sentence},
#include "handler/observe/metrics.tbl"
#undef METRIC
  };
  return rows;
}

std::string metrics_markdown() {
  std::string table = markdown_row({"Metric", "Type", "Labels", "What it is"}) + "|---|---|---|---|\n";
  for (const MetricRow& row : metric_rows()) {
    std::string labels;
    for (const std::string& label : split(row.labels, ' '))
      if (!label.empty()) labels += (labels.empty() ? "`" : ", `") + label + "`";
    table += markdown_row(
        {"`" + std::string(row.name) + "`", std::string(row.type_name), labels, std::string(row.sentence)});
  }
  return table;
}

}  // namespace towermill
