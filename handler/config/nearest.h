#pragma once
// "Did you mean …?"

#include <string>
#include <string_view>
#include <vector>

namespace towermill {

/// The candidate that a slip of the fingers turns into `word`, or "" if none is near. `-` counts as `_`.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace towermill
