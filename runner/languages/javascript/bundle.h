#pragma once
// For a Node.js that knows no TypeScript: esbuild makes one file of a script and the workspace's files that
// it imports, packages aside. It is kept, and holds as long as those files are what they were.

#include <variant>

#include "runner/languages/javascript/runtimes.h"

namespace towermill {

/// The bundle of these bytes, or what makes it, or why there can be none.
std::variant<ScriptModule, Preparation, Outcome> find_bundle(const RunSpec& spec, const Tools& tools);

}  // namespace towermill
