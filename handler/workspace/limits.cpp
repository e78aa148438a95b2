#include "handler/workspace/limits.h"

#include <algorithm>

#include "handler/config/values.h"
#include "handler/workspace/metadata.h"

namespace towermill {
namespace {

struct LimitOfSetting {
  std::string_view setting;
  std::int64_t Limits::*limit;
};
constexpr LimitOfSetting limits_of_settings[] = {
    {"timeout_s", &Limits::timeout_s},
    {"grace_ms", &Limits::grace_ms},
    {"result_limit_bytes", &Limits::result_limit_bytes},
    {"log_limit_bytes", &Limits::log_limit_bytes},
    {"cpu_s", &Limits::cpu_s},
    {"memory_bytes", &Limits::memory_bytes},
    {"process_limit", &Limits::process_limit},
    {"open_files", &Limits::open_files},
    {"file_size_bytes", &Limits::file_size_bytes},
    {"json_depth_limit", &Limits::json_depth_limit},
};

/// Looked up by name once, not at each request.
struct LimitRow {
  const SettingRow* row;
  std::int64_t Limits::*limit;
  std::string name;
  const SettingRow* bound;  // nullptr: the row's own range
};

const std::vector<LimitRow>& limit_rows() {
  static const std::vector<LimitRow> rows = [] {
    std::vector<LimitRow> found;
    for (const auto& [setting, limit] : limits_of_settings) {
      const SettingRow* row = find_setting(setting);
      found.push_back({row, limit, std::string(setting), find_setting(row->script_max)});
    }
    return found;
  }();
  return rows;
}

std::int64_t number_of(const SettingRow& row, const Settings& settings) {
  return settings.*std::get<std::int64_t Settings::*>(row.member);
}

std::string beyond_the_maximum(const Script& script, const SettingRow& row, std::int64_t asked,
                               std::int64_t most) {
  const std::string source =
      row.script_max == "range" ? "" : " (the setting " + std::string(row.script_max) + ")";
  return script.path + std::string(metadata_ending) + ": " + std::string(row.name) + " is " +
         show_number(row, asked) + ", but a script may ask for at most " + show_number(row, most) + source;
}

}  // namespace

RunLimits effective_limits(const Settings& settings, const Script& script,
                           std::optional<std::int64_t> timeout_query_s) {
  RunLimits run;
  Limits& limits = run.limits;
  for (const auto& [row, limit, name, bound] : limit_rows()) {
    limits.*limit = number_of(*row, settings);
    const auto asked = script.meta.limits.find(name);
    if (row->script_max.empty() || asked == script.meta.limits.end()) continue;
    const std::int64_t most = bound != nullptr ? number_of(*bound, settings) : row->most;
    if (asked->second > most) run.too_much.push_back(beyond_the_maximum(script, *row, asked->second, most));
    limits.*limit = std::min(asked->second, most);
  }
  if (timeout_query_s && *timeout_query_s >= 1)
    limits.timeout_s = std::min(limits.timeout_s, *timeout_query_s);
  return run;
}

}  // namespace towermill
