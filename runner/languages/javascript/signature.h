#pragma once
// The parameters of a function that a script in JavaScript or TypeScript exports, as a schema tells them.

#include <optional>
#include <string_view>
#include <vector>

#include "runner/languages/source/parameter.h"

namespace towermill {

/// nullopt where js_parameters() finds none. A pattern is named "anon<N>", and none of its members is a
/// parameter.
std::optional<std::vector<Parameter>> js_signature(std::string_view source, std::string_view function);

}  // namespace towermill
