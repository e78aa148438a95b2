#pragma once
// The path of a custom route: "shop/:item/*rest", below /api/r/.

#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"

namespace towermill {

/// In the order in which they count where several could match.
enum class PartKind {
  fixed,      // that very segment
  parameter,  // ":item", any segment that is not empty
  rest,       // "*rest", all that follows, one character at least; the last part
};

struct RoutePart {
  PartKind kind = PartKind::fixed;
  std::string text;  // the segment, or the parameter's name
  bool operator==(const RoutePart&) const = default;
};

using RoutePattern = std::vector<RoutePart>;

inline constexpr std::size_t route_path_limit_bytes = 1024;

/// Error: what is wrong with it.
Result<RoutePattern> parse_route_path(std::string_view path);

/// The path again, as it was written.
std::string show(const RoutePattern& pattern);

/// Neither counts more than the other where both match.
bool are_equals(const RoutePattern& a, const RoutePattern& b);

}  // namespace towermill
