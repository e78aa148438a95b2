#pragma once
// Numbers of JSON by their digits: exact at any length, where a double would round.

#include <compare>
#include <string_view>

namespace towermill {

/// The texts are JSON numbers. Linear in them, and no exponent makes it more.
std::strong_ordering compare_numbers(std::string_view one, std::string_view other);

/// Whether it has no fraction: 1.0 and 10e-1 have none (JSON Schema section 4.2.3).
bool is_integer(std::string_view number);

}  // namespace towermill
