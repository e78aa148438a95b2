#include "handler/auth/scopes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::string_view any = "*";
constexpr std::string_view tags_prefix = "if_jobs:filter_tags:";
constexpr std::array<std::string_view, 13> domains = {
    "apps",      "flows",     "folders", "groups", "http_triggers", "jobs",      "metrics",
    "resources", "schedules", "scripts", "users",  "variables",     "workspaces"};
constexpr std::array<std::string_view, 4> actions = {"read", "write", "run", any};
constexpr std::array<std::string_view, 2> kinds_of_jobs = {"flows", "scripts"};
constexpr std::size_t longest_bytes = 1000;

template <class List>
bool has(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

template <class List>
std::string in_words(const List& list) {
  std::string words;
  for (const std::string_view word : list) words += (words.empty() ? "" : ", ") + std::string(word);
  return words;
}

/// "f/x/y", "f/x/*", "*".
bool is_path(const std::string& path) {
  const auto segments = split(path, '/');
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::string& segment = segments[i];
    if (segment.empty() || segment == "." || segment == "..") return false;
    if (segment.find('*') != std::string::npos && (segment != any || i + 1 != segments.size())) return false;
  }
  return true;
}

/// A pattern within another counts as a path: "f/x/*" is within "f/*".
bool covers(const std::string& pattern, std::string_view path) {
  if (!pattern.ends_with(any)) return pattern == path;
  const auto prefix = std::string_view(pattern).substr(0, pattern.size() - any.size());
  return path.size() > prefix.size() && path.starts_with(prefix);
}

bool covers_path(const Scope& scope, std::string_view path) {
  if (scope.paths.empty()) return true;
  return !path.empty() && std::any_of(scope.paths.begin(), scope.paths.end(),
                                      [&](const std::string& pattern) { return covers(pattern, path); });
}

bool covers_action(std::string_view allowed, std::string_view wanted) {
  return allowed == any || allowed == wanted ||
         (wanted == "read" && (allowed == "write" || allowed == "run"));
}

bool includes(const Scope& scope, const Use& use) {
  if (scope.domain == any) return true;
  return scope.domain == use.domain && covers_action(scope.action, use.action) &&
         (scope.kind.empty() || scope.kind == use.kind) && covers_path(scope, use.path);
}

Error wrong(const std::string& text, const std::string& why) {
  return Error{"the scope " + printable(text.substr(0, 100)) + " is not right: " + why};
}

/// "run:script/f/x/y" as it is written today.
std::string today(const std::string& text) {
  if (text.starts_with("run:script/")) return "jobs:run:scripts:" + text.substr(11);
  if (text.starts_with("run:flow/")) return "jobs:run:flows:" + text.substr(9);
  return text;
}

Result<Scope> parse_one(const std::string& text) {
  if (text == any) return Scope{std::string(any), {}, {}, {}};
  if (text == "metrics") return Scope{text, "read", {}, {}};
  auto parts = split(today(text), ':');
  if (!has(domains, parts[0])) return wrong(text, "it begins with none of " + in_words(domains));
  if (parts.size() < 2 || !has(actions, parts[1]))
    return wrong(text, parts[0] + ": is followed by one of " + in_words(actions));
  Scope scope{parts[0], parts[1], {}, {}};
  std::size_t next = 2;
  if (parts[0] == "jobs" && parts.size() > next) {
    if (!has(kinds_of_jobs, parts[next])) return wrong(text, "jobs are " + in_words(kinds_of_jobs));
    scope.kind = parts[next++];
  }
  if (parts.size() > next) scope.paths = split(parts[next++], ',');
  if (parts.size() > next) return wrong(text, "it has too many parts");
  for (const std::string& path : scope.paths)
    if (!is_path(path)) return wrong(text, "a path is as f/x/y, or ends in /* for all below");
  return scope;
}

Result<std::vector<std::string>> parse_tags(const std::string& text) {
  auto tags = split(text.substr(tags_prefix.size()), ',');
  if (has(tags, "")) return wrong(text, "a tag is empty");
  return tags;
}

}  // namespace

std::string show(const Use& use) {
  std::string text(use.domain);
  for (const std::string_view part : {use.action, use.kind, std::string_view(use.path)})
    if (!part.empty()) text += ":" + std::string(part);
  return use.domain == "metrics" ? "metrics" : text;
}

Scopes Scopes::everything() {
  Scopes scopes;
  scopes.scopes_.push_back({std::string(any), {}, {}, {}});
  return scopes;
}

Result<Scopes> Scopes::parse(const std::vector<std::string>& texts) {
  Scopes scopes;
  for (const std::string& text : texts) {
    if (text.size() > longest_bytes || !is_utf8(text) || printable(text) != text)
      return wrong(text, "it is over 1000 bytes, or has control characters");
    if (!text.starts_with(tags_prefix)) {
      auto scope = parse_one(text);
      if (!scope) return scope.error();
      scopes.scopes_.push_back(std::move(*scope));
      continue;
    }
    if (scopes.tags_) return wrong(text, "if_jobs:filter_tags: may stand once");
    auto tags = parse_tags(text);
    if (!tags) return tags.error();
    scopes.tags_ = std::move(*tags);
  }
  if (scopes.scopes_.empty() && scopes.tags_) scopes.scopes_ = everything().scopes_;
  scopes.texts_ = texts;
  return scopes;
}

bool Scopes::allow(const Use& use) const {
  return std::any_of(scopes_.begin(), scopes_.end(),
                     [&](const Scope& scope) { return includes(scope, use); });
}

bool Scopes::allow_everything() const { return !tags_ && allow({any, any}); }

bool Scopes::allow_some_run() const {
  return std::any_of(scopes_.begin(), scopes_.end(), [](const Scope& scope) {
    return scope.domain == any || (scope.domain == "jobs" && covers_action(scope.action, "run"));
  });
}

bool Scopes::allow_tag(std::string_view tag) const { return !tags_ || has(*tags_, tag); }

bool Scopes::within(const Scopes& wider) const {
  if (wider.tags_ && !tags_) return false;
  if (wider.tags_)
    for (const std::string& tag : *tags_)
      if (!wider.allow_tag(tag)) return false;
  for (const Scope& scope : scopes_) {
    const std::vector<std::string> all_paths = {""};
    for (const std::string& path : scope.paths.empty() ? all_paths : scope.paths)
      if (!wider.allow({scope.domain, scope.action, scope.kind, path})) return false;
  }
  return true;
}

}  // namespace towermill
