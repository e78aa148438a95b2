#pragma once
// What one run may use: the settings, then the script's yaml up to the settings' maximum, then the caller,
// who may only shorten the time.

#include <cstdint>
#include <optional>

#include "handler/config/settings.h"
#include "handler/workspace/workspace.h"
#include "runner/base/result.h"
#include "runner/jail/limits.h"

namespace towermill {

/// Error: the script asks for more than it may; the text names it, the limit and the maximum, and fits
/// Unusable. A `timeout_query_s` below 1 counts as none.
Result<Limits> effective_limits(const Settings& settings, const Script& script,
                                std::optional<std::int64_t> timeout_query_s = std::nullopt);

}  // namespace towermill
