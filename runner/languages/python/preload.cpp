#include "runner/languages/python/preload.h"

#include <algorithm>

#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::string_view asking = "preload:";
// A comment may be anything; nobody preloads so many.
constexpr std::size_t most_modules = 64;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_identifier(std::string_view word) {
  if (word.empty() || !is_letter(word.front())) return false;
  return std::all_of(word.begin(), word.end(), [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

bool is_module(const std::string& name) {
  const auto parts = split(name, '.');
  const bool of_workspace = parts.front() == "f" || parts.front() == "u";
  return !of_workspace && std::all_of(parts.begin(), parts.end(), is_identifier);
}

void add_names(std::string_view list, std::vector<std::string>& names) {
  for (const std::string& name : split(list, ',')) names.emplace_back(trim(name));
}

void add_of_comments(std::string_view source, std::vector<std::string>& names) {
  if (source.starts_with("\xef\xbb\xbf")) source.remove_prefix(3);
  while (!source.empty()) {
    const std::string_view line = trim(source.substr(0, source.find('\n')));
    if (!line.empty() && line.front() != '#') return;
    const std::string_view text = trim(line.substr(std::min(line.find_first_not_of('#'), line.size())));
    if (text.starts_with(asking)) add_names(text.substr(asking.size()), names);
    const auto end = source.find('\n');
    if (end == std::string_view::npos) return;
    source.remove_prefix(end + 1);
  }
}

}  // namespace

std::vector<std::string> modules_to_preload(const RunSpec& spec) {
  std::vector<std::string> names = spec.preload;
  add_of_comments(*spec.source, names);
  std::erase_if(names, [](const std::string& name) { return !is_module(name); });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (names.size() > most_modules) names.resize(most_modules);
  return names;
}

}  // namespace towermill
