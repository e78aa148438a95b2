#include "handler/config/values.h"

#include <algorithm>
#include <type_traits>

#include "handler/config/checks.h"
#include "handler/config/sizes.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

bool parse(const SettingRow& row, const Texts& items, std::int64_t& into) {
  if (items.size() != 1) return false;
  const auto number = parse_number(row, items[0]);
  if (number) into = *number;
  return number.has_value();
}

bool parse(const SettingRow&, const Texts& items, bool& into) {
  if (items != Texts{"true"} && items != Texts{"false"}) return false;
  into = items[0] == "true";
  return true;
}

bool parse(const SettingRow& row, const Texts& items, std::string& into) {
  if (items.size() != 1 || !is_value_of(row.kind, items[0])) return false;
  into = items[0];
  return true;
}

bool parse(const SettingRow& row, const Texts& items, Texts& into) {
  const bool right =
      std::all_of(items.begin(), items.end(), [&](const auto& i) { return is_value_of(row.kind, i); });
  if (!right) return false;
  into = items;
  if (row.kind == SettingKind::hashes) std::transform(into.begin(), into.end(), into.begin(), to_lower);
  return true;
}

bool parse(const SettingRow& row, const Texts& items, Folders& into) {
  Folders folders;
  for (const std::string& item : items) {
    if (!is_value_of(row.kind, item)) return false;
    const std::size_t equals = item.find('=');
    if (!folders.emplace(item.substr(0, equals), item.substr(equals + 1)).second) return false;
  }
  into = std::move(folders);
  return true;
}

template <class Choice>
requires std::is_enum_v<Choice>
bool parse(const SettingRow& row, const Texts& items, Choice& into) {
  const auto words = split(row.words, '|');
  const auto word = items.size() == 1 ? std::find(words.begin(), words.end(), items[0]) : words.end();
  if (word == words.end()) return false;
  into = static_cast<Choice>(word - words.begin());
  return true;
}

std::string joined(const Texts& items) {
  std::string all;
  for (const std::string& item : items) all += (all.empty() ? "" : ",") + item;
  return all;
}

std::string show(const SettingRow& row, std::int64_t number) { return show_number(row, number); }
std::string show(const SettingRow&, bool yes) { return yes ? "true" : "false"; }
std::string show(const SettingRow&, const std::string& text) { return text; }
std::string show(const SettingRow&, const Texts& items) { return joined(items); }
std::string show(const SettingRow&, const Folders& folders) {
  Texts items;
  for (const auto& [name, folder] : folders) items.push_back(name + "=" + folder);
  return joined(items);
}
template <class Choice>
requires std::is_enum_v<Choice> std::string show(const SettingRow& row, Choice choice) {
  return split(row.words, '|').at(static_cast<std::size_t>(choice));
}

std::string words_with_or(std::string_view words) {
  std::string all(words);
  if (const std::size_t last = all.rfind('|'); last != all.npos) all.replace(last, 1, " or ");
  for (std::size_t at = 0; (at = all.find('|', at)) != all.npos;) all.replace(at, 1, ", ");
  return all;
}

}  // namespace

std::optional<std::int64_t> parse_number(const SettingRow& row, std::string_view text) {
  const auto number = row.kind == SettingKind::bytes ? parse_size(text) : to_integer(text);
  if (!number || *number < row.least || *number > row.most) return std::nullopt;
  return number;
}

bool set_value(Settings& settings, const SettingRow& row, const Texts& items) {
  return std::visit([&](auto member) { return parse(row, items, settings.*member); }, row.member);
}

std::string allowed(const SettingRow& row) {
  const std::string range = " from " + show_number(row, row.least) + " to " + show_number(row, row.most);
  switch (row.kind) {
    case SettingKind::count:
      return "a whole number" + range;
    case SettingKind::seconds:
      return "a whole number of seconds" + range;
    case SettingKind::milliseconds:
      return "a whole number of milliseconds" + range;
    case SettingKind::bytes:
      return "a size" + range + ", such as 16MiB";
    case SettingKind::choice:
      return words_with_or(row.words);
    default:
      return std::string(kind_in_words(row.kind));
  }
}

std::string show_value(const SettingRow& row, const Settings& settings) {
  return std::visit([&](auto member) { return show(row, settings.*member); }, row.member);
}

std::string show_number(const SettingRow& row, std::int64_t number) {
  return row.kind == SettingKind::bytes ? show_size(number) : std::to_string(number);
}

}  // namespace towermill
