#pragma once
// The yaml beside a script.

#include <string>
#include <string_view>

#include "handler/workspace/workspace.h"
#include "runner/base/result.h"

namespace towermill {

inline constexpr std::string_view metadata_ending = ".script.yaml";

/// Error: "called:3: timeout is …, but must be …". A variable's value is never repeated.
Result<ScriptMeta> parse_metadata(std::string_view yaml, std::string_view called);

}  // namespace towermill
