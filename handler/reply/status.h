#pragma once
// Statuses: which a script may give, and which carry nothing.

#include <optional>
#include <string_view>

namespace towermill {

/// The status that the text of a JSON number means (201, 201.0, 2.01e2, 20100e-2), computed on its digits, so
/// that no rounding makes a status of what is none. nullopt unless it is an integer from 200 to 599.
std::optional<int> parse_status(std::string_view number);

}  // namespace towermill
