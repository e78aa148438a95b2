#pragma once
// The parameters of a function of a script in PHP, as they stand in its source.

#include <optional>
#include <string_view>
#include <vector>

#include "runner/languages/source/parameter.h"

namespace towermill {

/// Those of the function that `source` defines as `name`, in whatever namespace, but in no class and no other
/// function; nullopt where there is none.
std::optional<std::vector<Parameter>> php_parameters(std::string_view source, std::string_view name);

}  // namespace towermill
