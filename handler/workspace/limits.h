#pragma once
// What one run may use: the settings, then the script's yaml up to the settings' maximum, then the caller,
// who may only shorten the time.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "handler/config/settings.h"
#include "handler/workspace/workspace.h"
#include "runner/protocol/limits.h"

namespace towermill {

struct RunLimits {
  Limits limits;
  /// A sentence for each limit that the script's yaml asks too much of: the run gets the maximum. A folder
  /// that was written for a server with other maxima is served all the same.
  std::vector<std::string> too_much;
};

/// A `timeout_query_s` below 1 counts as none.
RunLimits effective_limits(const Settings& settings, const Script& script,
                           std::optional<std::int64_t> timeout_query_s = std::nullopt);

}  // namespace towermill
