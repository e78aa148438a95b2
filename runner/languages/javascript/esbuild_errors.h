#pragma once

#include "runner/languages/language.h"

namespace towermill {

/// What the caller hears of a script that esbuild could not compile: a SyntaxError with the file and the
/// place in it; where esbuild did not say, how it ended.
Failed esbuild_failure(const RunSpec& spec, const Captured& captured);

}  // namespace towermill
