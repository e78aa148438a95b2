#pragma once
// The yaml beside a script.

#include <string>
#include <string_view>
#include <vector>

#include "handler/workspace/workspace.h"
#include "runner/base/result.h"

namespace towermill {

inline constexpr std::string_view metadata_ending = ".script.yaml";

/// Error: "called:3: timeout is …, but must be …". A variable's value is never repeated.
Result<ScriptMeta> parse_metadata(std::string_view yaml, std::string_view called);

/// A sentence for each key that nobody reads and that looks like a slip for one that sets a limit or the
/// environment, or like a setting that is no script's to set. Empty for a text that is no map.
std::vector<std::string> likely_slips(std::string_view yaml, std::string_view called);

}  // namespace towermill
