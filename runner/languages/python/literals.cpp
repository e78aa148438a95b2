#include "runner/languages/python/literals.h"

#include <algorithm>

namespace towermill {
namespace {

constexpr Escapes escapes = {
    .characters = "\\\\''\"\"a\ab\bf\fn\nr\rt\tv\v", .in_four = true, .in_eight = true};

std::string_view constant(std::string_view word) {
  if (word == "True") return "true";
  if (word == "False") return "false";
  return word == "None" ? "null" : "";
}

}  // namespace

std::optional<std::string> python_string(std::string_view raw) {
  const std::size_t prefix_size = raw.find_first_of("\"'");
  if (prefix_size == std::string_view::npos) return std::nullopt;
  const std::string_view prefix = raw.substr(0, prefix_size);
  if (prefix.find_first_of("bBfFtT") != std::string_view::npos) return std::nullopt;
  raw.remove_prefix(prefix_size);
  const bool triple = raw.size() >= 6 && raw[1] == raw[0] && raw[2] == raw[0];
  const std::size_t quotes = triple ? 3 : 1;
  if (raw.size() < 2 * quotes || !raw.ends_with(raw.substr(0, quotes))) return std::nullopt;
  const std::string_view characters = raw.substr(quotes, raw.size() - 2 * quotes);
  const bool is_raw = prefix.find_first_of("rR") != std::string_view::npos;
  constexpr Escapes none = {.characters = "", .in_octal = false, .in_hex = false};
  return unescaped(characters, is_raw ? none : escapes);
}

const LiteralStyle& python_literals() {
  static const LiteralStyle style = {.constant = constant, .string = python_string, .arrow = ":"};
  return style;
}

}  // namespace towermill
