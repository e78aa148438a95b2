#pragma once
// What a run has in its environment, and what a process that stays belongs to by it.

#include <string>
#include <vector>

#include "runner/languages/language.h"

namespace towermill {

/// What it has beside `shared`, which all runs of its script have. Its folder is its home, unless its author
/// named another.
std::vector<std::string> own_environment(const RunSpec& spec, const std::vector<std::string>& shared,
                                         const std::string& work_dir);

/// By what runs are told apart that may not follow each other in one process: the script's workspace, NUL,
/// its file, NUL, and what else such a process has been started with. Empty: it serves one run.
std::string reuse_key(const RunSpec& spec);

}  // namespace towermill
