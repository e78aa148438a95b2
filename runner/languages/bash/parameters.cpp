#include "runner/languages/bash/parameters.h"

#include <map>
#include <optional>

#include "runner/base/text.h"

namespace towermill {
namespace {

struct Line {
  std::string_view name;
  std::int64_t number = 0;
  std::optional<std::string_view> default_value = std::nullopt;
};

bool is_digit(char c) { return '0' <= c && c <= '9'; }
bool is_word(char c) { return is_digit(c) || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '_'; }

std::string_view take_while(std::string_view& text, bool (*belongs)(char)) {
  std::size_t length = 0;
  while (length < text.size() && belongs(text[length])) ++length;
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

// Blanks and perhaps a comment.
bool is_line_end(std::string_view text) {
  take_while(text, [](char c) { return c == ' ' || c == '\t'; });
  return text.empty() || text.front() == '#';
}

// A default may hold `}"` itself, so each one may be its end.
std::optional<std::string_view> take_default(std::string_view text) {
  constexpr std::string_view close = "}\"";
  for (std::size_t at = 0; (at = text.find(close, at)) != std::string_view::npos; ++at) {
    if (is_line_end(text.substr(at + close.size()))) return text.substr(0, at);
  }
  return std::nullopt;
}

std::optional<Line> parse_line(std::string_view line) {
  const std::string_view name = take_while(line, is_word);
  if (name.empty() || !take(line, "=\"$")) return std::nullopt;
  const bool braces = take(line, "{");
  const auto number = to_integer(take_while(line, is_digit));
  if (!number) return std::nullopt;
  if (braces && take(line, ":-")) {
    const auto standard = take_default(line);
    return standard ? std::optional(Line{name, *number, standard}) : std::nullopt;
  }
  if (!take(line, braces ? "}\"" : "\"") || !is_line_end(line)) {
    return std::nullopt;
  }
  return Line{name, *number};
}

}  // namespace

std::vector<BashParameter> bash_parameters(std::string_view source) {
  std::map<std::int64_t, Line> found;
  while (!source.empty()) {
    const std::size_t length = std::min(source.find('\n'), source.size());
    if (const auto line = parse_line(source.substr(0, length))) found[line->number] = *line;
    source.remove_prefix(std::min(length + 1, source.size()));
  }
  std::vector<BashParameter> parameters;
  for (auto next = found.find(1); next != found.end() && next->first == std::ssize(parameters) + 1; ++next) {
    parameters.push_back(
        {std::string(next->second.name), std::optional<std::string>(next->second.default_value)});
  }
  return parameters;
}

}  // namespace towermill
