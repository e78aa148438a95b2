#include "handler/workspace/metadata.h"

#include <algorithm>
#include <limits>

#include "handler/config/nearest.h"
#include "handler/config/settings.h"
#include "handler/config/values.h"
#include "handler/config/yaml.h"
#include "handler/config/yaml_json.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

using Problem = std::optional<std::string>;

std::string shown(const YamlNode& node) {
  if (node.kind == YamlKind::list) return "a list";
  if (node.kind == YamlKind::map) return "a map";
  return "\"" + printable(std::string_view(node.text).substr(0, 80)) + "\"";
}

std::string must_be(std::string_view key, const YamlNode& value, std::string_view what) {
  return std::string(key) + " is " + shown(value) + ", but must be " + std::string(what);
}

Problem read_text(const YamlMember& member, std::string& into) {
  if (member.value->kind != YamlKind::scalar) return must_be(member.key, *member.value, "a text");
  into = member.value->text;
  return std::nullopt;
}

Problem read_envs(const YamlMember& member, std::vector<std::string>& into) {
  const YamlNode& list = *member.value;
  if (list.kind != YamlKind::list) {
    return "envs must be a list of " + std::string(allowed(*find_setting("envs")));
  }
  into.clear();
  for (const YamlNode* item : list.items) {
    if (item->kind != YamlKind::scalar || !is_variable(item->text)) {
      return "envs: item " + std::to_string(into.size() + 1) + " must be " + allowed(*find_setting("envs"));
    }
    into.push_back(item->text);
  }
  return std::nullopt;
}

Problem read_names(const YamlMember& member, std::vector<std::string>& into) {
  if (member.value->kind != YamlKind::list) return must_be(member.key, *member.value, "a list of names");
  into.clear();
  for (const YamlNode* item : member.value->items) {
    if (item->kind != YamlKind::scalar) return must_be(member.key, *item, "a list of names");
    into.push_back(item->text);
  }
  return std::nullopt;
}

template <class Value>
Problem read_choice(const YamlMember& member, Value& into, Value no, Value yes) {
  const std::string_view word =
      member.value->kind == YamlKind::scalar ? std::string_view(member.value->text) : "";
  if (word != "true" && word != "false") return must_be(member.key, *member.value, "true or false");
  into = word == "true" ? yes : no;
  return std::nullopt;
}

Problem read_schema(const YamlMember& member, std::shared_ptr<const std::string>& into) {
  if (member.value->kind != YamlKind::map) return must_be(member.key, *member.value, "a map");
  auto json = yaml_to_json(*member.value);
  if (!json) return member.key + ": " + json.error().message;
  into = std::make_shared<const std::string>(std::move(*json));
  return std::nullopt;
}

Problem take_retry(const YamlMember& member, Retry& into) {
  const auto retry = read_retry(*member.value);
  if (!retry) return retry.error().message;
  into = *retry;
  return std::nullopt;
}

/// The limit that a script sets with that key, or nullptr.
const SettingRow* limit_of(std::string_view key) {
  const SettingRow* row =
      find_setting(key == "timeout" ? "timeout_s" : key);  // Windmill's own key has no unit
  return row != nullptr && !row->script_max.empty() ? row : nullptr;
}

Problem read_number(const YamlMember& member, const SettingRow& row, std::int64_t& into) {
  const auto number =
      member.value->kind == YamlKind::scalar ? parse_number(row, member.value->text) : std::nullopt;
  if (!number) return must_be(member.key, *member.value, allowed(row));
  into = *number;
  return std::nullopt;
}

/// Windmill's keys for how often a script may run at once. No settings: a server has no such limit of its
/// own.
struct ConcurrencyKey {
  SettingRow row;
  std::int64_t ScriptMeta::*member;
};

SettingRow number_row(std::string_view name, SettingKind kind, std::int64_t least) {
  return {name, kind, {}, "", least, std::numeric_limits<std::int32_t>::max(), "", "", ""};
}

const std::vector<ConcurrencyKey>& concurrency_keys() {
  static const std::vector<ConcurrencyKey> keys = {
      {number_row("concurrent_limit", SettingKind::count, 1), &ScriptMeta::concurrent_limit},
      {number_row("concurrency_time_window_s", SettingKind::seconds, 0),
       &ScriptMeta::concurrency_time_window_s},
  };
  return keys;
}

Problem read_member(const YamlMember& member, ScriptMeta& meta) {
  if (member.value->kind == YamlKind::nothing) return std::nullopt;
  if (member.key == "summary") return read_text(member, meta.summary);
  if (member.key == "description") return read_text(member, meta.description);
  if (member.key == "tag") return read_text(member, meta.tag);
  if (member.key == "envs") return read_envs(member, meta.envs);
  if (member.key == "preload") return read_names(member, meta.preload);
  if (member.key == "dedicated_worker") return read_choice(member, meta.reuse, Reuse::no, Reuse::yes);
  if (member.key == "delete_after_use") return read_choice(member, meta.delete_after_use, false, true);
  if (member.key == "ws_error_handler_muted")
    return read_choice(member, meta.error_handler_muted, false, true);
  if (member.key == "schema") return read_schema(member, meta.schema);
  if (member.key == "retry") return take_retry(member, meta.retry);
  if (member.key == "schema_validation")
    return read_choice<std::optional<bool>>(member, meta.schema_validation, false, true);
  for (const auto& [row, number] : concurrency_keys()) {
    if (member.key == row.name) return read_number(member, row, meta.*number);
  }
  if (const SettingRow* row = limit_of(member.key))
    return read_number(member, *row, meta.limits[std::string(row->name)]);
  return std::nullopt;
}

/// Keys that do something. A slip in a summary does no harm.
std::vector<std::string_view> keys_with_effect() {
  std::vector<std::string_view> keys = {"timeout",
                                        "envs",
                                        "preload",
                                        "dedicated_worker",
                                        "schema",
                                        "schema_validation",
                                        "delete_after_use",
                                        "ws_error_handler_muted",
                                        "retry"};
  for (const ConcurrencyKey& key : concurrency_keys()) keys.push_back(key.row.name);
  for (const SettingRow& row : setting_rows()) {
    if (!row.script_max.empty()) keys.push_back(row.name);
  }
  return keys;
}

std::string slip_in(const std::string& key, const std::vector<std::string_view>& known) {
  if (key == "summary" || key == "description") return "";
  if (std::find(known.begin(), known.end(), key) != known.end()) return "";
  if (find_setting(key) != nullptr) return key + " counts in the settings alone, not in a script's yaml";
  const std::string meant = nearest(key, known);
  return meant.empty() ? "" : printable(key) + " means nothing; did you mean " + meant + "?";
}

}  // namespace

Result<ScriptMeta> parse_metadata(std::string_view yaml, std::string_view called) {
  const auto document = parse_yaml(yaml, called);
  if (!document) return document.error();
  const YamlNode& root = document->root();
  ScriptMeta meta;
  if (root.kind != YamlKind::map && root.kind != YamlKind::nothing) {
    return Error{std::string(called) + ":" + std::to_string(root.line) + ": must be a map"};
  }
  for (const YamlMember& member : root.members) {
    if (const Problem problem = read_member(member, meta)) {
      return Error{std::string(called) + ":" + std::to_string(member.line) + ": " + *problem};
    }
  }
  return meta;
}

std::vector<std::string> likely_slips(std::string_view yaml, std::string_view called) {
  std::vector<std::string> slips;
  const auto document = parse_yaml(yaml, called);
  if (!document) return slips;
  const auto known = keys_with_effect();
  for (const YamlMember& member : document->root().members) {
    const std::string slip = slip_in(member.key, known);
    if (!slip.empty()) slips.push_back(std::string(called) + ":" + std::to_string(member.line) + ": " + slip);
  }
  return slips;
}

}  // namespace towermill
