#pragma once
// The parameters of a function of a script in Python, as they stand in its source.

#include <optional>
#include <string_view>
#include <vector>

#include "runner/languages/source/parameter.h"

namespace towermill {

/// Those of the function that `source` defines as `name` outside of all blocks, with or without decorators;
/// nullopt where there is none, or something else bears the name in the end. "*args" and "**kwargs" are none.
std::optional<std::vector<Parameter>> python_parameters(std::string_view source, std::string_view name);

}  // namespace towermill
