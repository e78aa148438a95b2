#include "handler/workspace/broken_trigger.h"

#include <optional>
#include <string>
#include <utility>

#include "runner/base/text.h"

namespace towermill {
namespace {

/// What is between quotes, or before a comment; nullopt: there is more to it.
std::optional<std::string_view> plain_value(std::string_view text) {
  text = trim(text);
  if (!text.starts_with('\'') && !text.starts_with('"')) return trim(text.substr(0, text.find(" #")));
  const auto end = text.find(text[0], 1);
  if (end == text.npos) return std::nullopt;
  const std::string_view rest = trim(text.substr(end + 1));
  if (!rest.empty() && !rest.starts_with('#')) return std::nullopt;
  return text.substr(1, end - 1);
}

/// The value of the one line that begins with that key; `missing` where none does; nullopt: it cannot be
/// told.
std::optional<std::string> value_of(std::string_view text, std::string_view key,
                                    std::optional<std::string> missing) {
  std::optional<std::string> found = std::move(missing);
  bool seen = false;
  for (const std::string& line : split(text, '\n')) {
    if (!line.starts_with(key) || !trim(std::string_view(line).substr(key.size())).starts_with(':')) continue;
    if (std::exchange(seen, true)) return std::nullopt;
    const auto value = plain_value(std::string_view(line).substr(line.find(':') + 1));
    found = value ? std::optional<std::string>(*value) : std::nullopt;
  }
  return found;
}

}  // namespace

Result<HttpTrigger> read_broken_trigger(std::string_view text, std::string_view file, const Error& why) {
  const auto route_path = value_of(text, "route_path", std::nullopt);
  const auto workspaced = value_of(text, "workspaced_route", "false");
  if (!route_path || !workspaced || (*workspaced != "true" && *workspaced != "false")) return why;
  auto path = parse_route_path(*route_path);
  if (!path) return why;
  HttpTrigger trigger;
  trigger.file = file;
  trigger.path = std::move(*path);
  trigger.workspaced = *workspaced == "true";
  trigger.fault = why.message;
  return trigger;
}

}  // namespace towermill
