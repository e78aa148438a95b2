#include <algorithm>

#include "handler/workspace/workspace.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

// Their files are parts of a flow or an app: a caller must not reach a step past the steps before it.
constexpr std::string_view bundles[] = {".flow", "__flow", ".app", "__app", ".raw_app", "__raw_app"};

bool is_plain(std::string_view segment) {
  static constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.@+-";
  return !segment.empty() && segment[0] != '.' && segment.find_first_not_of(plain) == segment.npos;
}

bool is_bundle(std::string_view segment) {
  if (segment == "node_modules") return true;  // packages, made to be imported
  return std::any_of(std::begin(bundles), std::end(bundles),
                     [&](auto end) { return segment.ends_with(end); });
}

}  // namespace

PathFault path_fault(std::string_view path) {
  if (path.size() > path_limit_bytes) return PathFault::too_long;
  const auto segments = split(path, '/');
  if (std::any_of(segments.begin(), segments.end() - 1, is_bundle)) return PathFault::bundle;
  if (segments.size() < 3 || (segments[0] != "f" && segments[0] != "u")) return PathFault::outside;
  if (!std::all_of(segments.begin(), segments.end(), is_plain)) return PathFault::characters;
  if (segments.back().find('.') != std::string::npos) return PathFault::dot;
  return PathFault::none;
}

bool is_runnable_path(std::string_view path) { return path_fault(path) == PathFault::none; }

}  // namespace towermill
