#include "handler/config/checks.h"

#include <algorithm>

#include "handler/config/values.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view hex_digits = "0123456789abcdefABCDEF";
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool only(std::string_view text, std::initializer_list<std::string_view> sets) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return std::any_of(sets.begin(), sets.end(),
                       [c](std::string_view set) { return set.find(c) != set.npos; });
  });
}

bool is_absolute(std::string_view path) { return path.starts_with('/'); }

bool is_search_path(std::string_view path) {
  const auto folders = split(path, ':');
  return std::all_of(folders.begin(), folders.end(), is_absolute);
}

bool is_prefix(std::string_view path) {
  return path.empty() ||
         (is_absolute(path) && !path.ends_with('/') && path.find_first_of(" ?#") == path.npos);
}

bool is_url(std::string_view url) {
  const std::size_t scheme = url.starts_with("http://") ? 7 : url.starts_with("https://") ? 8 : url.size();
  return url.size() > scheme && url.find_first_of(" \"<>") == url.npos;
}

bool is_port(std::string_view text) {
  const auto port = to_integer(text);
  return port && *port >= 1 && *port <= 65'535;
}

bool is_folder(std::string_view item) {
  const std::size_t equals = item.find('=');
  if (equals == item.npos || equals == 0 || equals > 50 || equals + 1 == item.size()) return false;
  return only(item.substr(0, equals), {letters, digits, "_-"});
}

bool is_header_name(std::string_view name) { return !name.empty() && only(name, {letters, digits, "-_"}); }

}  // namespace

bool is_origin(std::string_view text) {
  if (text == "*") return true;
  const std::size_t scheme = text.starts_with("http://") ? 7 : text.starts_with("https://") ? 8 : text.npos;
  if (scheme == text.npos) return false;
  std::string_view host = text.substr(scheme);
  const std::size_t colon = host.rfind(':');
  if (colon != host.npos && !host.ends_with(']')) {
    if (!is_port(host.substr(colon + 1))) return false;
    host = host.substr(0, colon);
  }
  if (host.starts_with('[') && host.ends_with(']'))
    return host.size() > 2 && only(host.substr(1, host.size() - 2), {hex_digits, ":."});
  return !host.empty() && only(host, {letters, digits, "-._"});
}

bool is_variable(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos || equals == 0 || text.find('\0') != text.npos) return false;
  const std::string_view name = text.substr(0, equals);
  if (!only(name, {letters, digits, "_"}) || digits.find(name[0]) != digits.npos) return false;
  return !name.starts_with("LD_") && !name.starts_with("WM_") && name != "HTTP_PROXY";
}

bool is_value_of(SettingKind kind, std::string_view text) {
  // Beyond NUL, which would cut a path short, a control character is always a slip.
  if (kind != SettingKind::variables && printable(text) != text) return false;
  switch (kind) {
    case SettingKind::absolute_path:
      return is_absolute(text);
    case SettingKind::optional_path:
      return text.empty() || is_absolute(text);
    case SettingKind::search_path:
      return is_search_path(text);
    case SettingKind::prefix:
      return is_prefix(text);
    case SettingKind::url:
      return is_url(text);
    case SettingKind::hashes:
      return text.size() == 64 && only(text, {hex_digits});
    case SettingKind::variables:
      return is_variable(text);
    case SettingKind::header_names:
      return is_header_name(text);
    case SettingKind::origins:
      return is_origin(text);
    case SettingKind::folders:
      return is_folder(text);
    default:
      return true;
  }
}

std::string_view kind_in_words(SettingKind kind) {
  switch (kind) {
    case SettingKind::absolute_path:
      return "an absolute path";
    case SettingKind::optional_path:
      return "an absolute path, or empty";
    case SettingKind::search_path:
      return "absolute paths with \":\" between them";
    case SettingKind::prefix:
      return "empty, or a path such as /hooks: it begins with \"/\" and does not end with one";
    case SettingKind::url:
      return "an address that begins with http:// or https://";
    case SettingKind::hashes:
      return "64 hex digits each";
    case SettingKind::variables:
      return "NAME=value each, with no NAME of LD_*, WM_* or HTTP_PROXY";
    case SettingKind::header_names:
      return "names of headers: letters, digits, \"-\" or \"_\"";
    case SettingKind::origins:
      return "*, or http:// or https:// with a host and, at most, a port";
    case SettingKind::folders:
      return "name=folder each, the name 1 to 50 letters, digits, \"_\" or \"-\", none of them twice";
    case SettingKind::yes_no:
      return "true or false";
    default:
      return "a text without control characters";
  }
}

}  // namespace towermill
