#include "handler/workspace/route_pattern.h"

#include <algorithm>
#include <set>

#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr std::string_view of_names = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

bool is_name(std::string_view text) { return !text.empty() && text.find_first_not_of(of_names) == text.npos; }

/// Windmill's letters, and "." between them: robots.txt.
bool is_fixed(std::string_view text) {
  return !text.empty() && text[0] != '.' && std::all_of(text.begin(), text.end(), [](char c) {
    return c == '.' || of_names.find(c) != of_names.npos;
  });
}

Result<RoutePart> parse_part(std::string_view text) {
  const bool parameter = text.starts_with(':');
  const bool rest = text.starts_with('*');
  const std::string_view name = text.substr(parameter || rest ? 1 : 0);
  if (!parameter && !rest && is_fixed(name)) return RoutePart{PartKind::fixed, std::string(name)};
  if ((parameter || rest) && is_name(name))
    return RoutePart{parameter ? PartKind::parameter : PartKind::rest, std::string(name)};
  return Error{"\"" + printable(text) +
               "\" is no segment, :name or *name of letters, digits, \"_\" and \"-\""};
}

}  // namespace

Result<RoutePattern> parse_route_path(std::string_view path) {
  if (path.size() > route_path_limit_bytes)
    return Error{"it is longer than " + std::to_string(route_path_limit_bytes) + " bytes"};
  if (path.empty()) return Error{"it is empty"};
  if (path.starts_with('/')) return Error{"it must not begin with /"};
  RoutePattern pattern;
  std::set<std::string> names;
  for (const std::string& text : split(path, '/')) {
    if (!pattern.empty() && pattern.back().kind == PartKind::rest)
      return Error{"*" + pattern.back().text + " must be its last part"};
    auto part = parse_part(text);
    if (!part) return part.error();
    if (part->kind != PartKind::fixed && !names.insert(part->text).second)
      return Error{"it has the parameter " + part->text + " twice"};
    pattern.push_back(std::move(*part));
  }
  return pattern;
}

std::string show(const RoutePattern& pattern) {
  std::string path;
  for (const RoutePart& part : pattern) {
    if (!path.empty()) path += '/';
    if (part.kind != PartKind::fixed) path += part.kind == PartKind::rest ? '*' : ':';
    path += part.text;
  }
  return path;
}

bool are_equals(const RoutePattern& a, const RoutePattern& b) {
  const auto [in_a, in_b] =
      std::mismatch(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.kind == y.kind && (x.kind != PartKind::fixed || x.text == y.text);
      });
  if (in_a == a.end() || in_b == b.end()) return in_a == a.end() && in_b == b.end();
  return in_a->kind != PartKind::fixed && in_b->kind != PartKind::fixed;
}

}  // namespace towermill
