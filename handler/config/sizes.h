#pragma once
// Byte sizes as people write them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace towermill {

/// "4096", "16MiB", "500 KB", "1GiB": a whole number and perhaps a unit, in any case. nullopt if it is none
/// or does not fit.
std::optional<std::int64_t> parse_size(std::string_view text);

/// In the largest binary unit that leaves a whole number: "16 MiB", "1000 B".
std::string show_size(std::int64_t bytes);

}  // namespace towermill
