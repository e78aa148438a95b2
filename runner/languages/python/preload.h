#pragma once
// Which modules a script wants to have loaded before its run.

#include <string>
#include <string_view>
#include <vector>

#include "runner/languages/language.h"

namespace towermill {

/// Those that its yaml names and those that a line `# preload: requests, pandas` does, among the comment
/// lines that the source begins with; sorted, none twice. What is no module's name is left out, and so is
/// what would come from a workspace, "f" or "u" and what is in them. Thread-safe.
std::vector<std::string> modules_to_preload(const RunSpec& spec);

}  // namespace towermill
