#pragma once
// The settings: one struct, and one table (settings.tbl) that knows everything about each of them.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "handler/config/choices.h"
#include "runner/base/result.h"

namespace towermill {

inline constexpr std::int64_t kib = 1024, mib = 1024 * kib, gib = 1024 * mib, tib = 1024 * gib;

using Texts = std::vector<std::string>;
using Folders = std::map<std::string, std::string>;  // workspace → folder

struct Settings {
#define NUMBER(name, kind, standard, ...) std::int64_t name = standard;
#define CHOICE(name, type, standard, ...) type name = type::standard;
#define SWITCH(name, standard, ...) bool name = standard;
#define TEXT(name, kind, standard, ...) std::string name = standard;
#define LIST(name, ...) Texts name;
#define FOLDERS(name, ...) Folders name;
#include "handler/config/settings.tbl"
};

enum class SettingKind {
  count,
  seconds,
  milliseconds,
  bytes,  // numbers
  choice,
  yes_no,
  text,
  absolute_path,
  optional_path,
  search_path,
  prefix,
  url,
  hashes,
  variables,
  header_names,
  origins,
  folders,  // several values
};

struct SettingRow {
  std::string_view name;
  SettingKind kind;
  std::variant<std::int64_t Settings::*, bool Settings::*, std::string Settings::*, Texts Settings::*,
               Folders Settings::*, StringBody Settings::*, LogFormat Settings::*, LogLevel Settings::*,
               KeepJobs Settings::*, MetricsFor Settings::*, JavaScript Settings::*>
      member;
  std::string_view sentence;
  std::int64_t least = 0, most = 0;
  std::string_view words;       // of a choice: "text|json"
  std::string_view script_max;  // see settings.tbl
  std::string_view beyond;

  bool is_number() const { return std::holds_alternative<std::int64_t Settings::*>(member); }
  bool has_several() const { return kind >= SettingKind::hashes; }
  bool is_secret() const { return kind == SettingKind::hashes || kind == SettingKind::variables; }
};

/// In the order of the table.
const std::vector<SettingRow>& setting_rows();

/// The row of that name, or nullptr.
const SettingRow* find_setting(std::string_view name);

struct SettingsSources {
  Settings defaults = {};
  std::string config_file;  // must exist; empty: TOWERMILL_CONFIG's, which must exist
  Texts standard_files;     // where neither names one: the first of these that is there
  Texts environment;        // "NAME=value"; only TOWERMILL_* count
  std::vector<std::pair<std::string, std::string>>
      flags;  // {"timeout-s", "5"}; "_" and leading "--" are fine
};

/// Defaults, then one file, the environment, the flags: the later wins. Within the flags a list given several
/// times adds up. Error: one line for each thing that is wrong, naming the setting, its value (never a
/// secret), where it came from and what is allowed.
Result<Settings> load_settings(const SettingsSources& sources);

/// One sentence, the default and the range: for a flag's help.
std::string setting_help(const SettingRow& row);

/// The README's tables.
std::string settings_markdown();
std::string limits_markdown();

}  // namespace towermill
