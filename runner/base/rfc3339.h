#pragma once
// Moments as RFC 3339 writes them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace towermill {

/// "2026-01-31T12:00:00Z". The year is within 0 and 9999.
std::string to_rfc3339(std::int64_t unix_s);

/// A date, "T", a time, maybe fractions of a second (left out), and "Z" or an offset; nullopt for any other
/// text, and for a day that there is not.
std::optional<std::int64_t> from_rfc3339(std::string_view text);

}  // namespace towermill
