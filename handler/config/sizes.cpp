#include "handler/config/sizes.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "runner/base/text.h"

namespace towermill {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t bytes;
};
constexpr Unit units[] = {
    {"b", 1},
    {"kib", std::int64_t{1} << 10},
    {"mib", std::int64_t{1} << 20},
    {"gib", std::int64_t{1} << 30},
    {"tib", std::int64_t{1} << 40},
    {"kb", 1'000},
    {"mb", 1'000'000},
    {"gb", 1'000'000'000},
    {"tb", 1'000'000'000'000},
};

std::int64_t unit_bytes(std::string_view name) {
  if (name.empty()) return 1;
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.bytes;
  }
  return 0;
}

}  // namespace

std::optional<std::int64_t> parse_size(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = to_integer(text.substr(0, digits));
  const std::int64_t unit = unit_bytes(to_lower(trim(text.substr(digits))));
  if (!number || unit == 0 || *number > std::numeric_limits<std::int64_t>::max() / unit) return std::nullopt;
  return *number * unit;
}

std::string show_size(std::int64_t bytes) {
  static constexpr std::string_view names[] = {" B", " KiB", " MiB", " GiB", " TiB"};
  std::size_t unit = 0;
  while (unit + 1 < std::size(names) && bytes != 0 && bytes % 1024 == 0) {
    bytes /= 1024;
    ++unit;
  }
  return std::to_string(bytes) + std::string(names[unit]);
}

}  // namespace towermill
