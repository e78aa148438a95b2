#pragma once
// The page that Prometheus reads. The only user of prometheus-cpp.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "handler/observe/counts.h"
#include "handler/observe/own_process.h"
#include "runner/pool/line.h"
#include "runner/pool/warm_way.h"

namespace towermill {

/// What there is at the moment of a scrape, beside what was counted.
struct AtPresent {
  Line::Load load;
  std::int64_t runs_at_once = 0;
  std::vector<std::pair<Way, WayStats>> ways;
  OwnProcess process;
};

/// The media type of the page.
inline constexpr std::string_view metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

/// All metrics of metrics.tbl, in its order, in Prometheus' text format. Thread-safe.
std::string metrics_page(const Counts& counts, const AtPresent& present);

}  // namespace towermill
