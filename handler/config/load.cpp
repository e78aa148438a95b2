#include "handler/config/given.h"
#include "handler/config/settings.h"
#include "handler/config/values.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

std::string wrong_value(const Given& given) {
  const SettingRow& row = *given.row;
  std::string value;
  for (const std::string& item : given.items) value += (value.empty() ? "" : ",") + item;
  const std::string is = row.is_secret() ? " is wrong" : " is \"" + printable(value) + "\"";
  return std::string(row.name) + is + " (" + given.where + "), but must be " + allowed(row);
}

void apply(const std::vector<Given>& all, Settings& settings, Complaints& complaints) {
  for (const Given& given : all) {
    if (!set_value(settings, *given.row, given.items)) complaints.push_back(wrong_value(given));
  }
}

/// What bounds a script bounds the default too.
void check_maxima(const Settings& settings, Complaints& complaints) {
  for (const SettingRow& row : setting_rows()) {
    const SettingRow* bound = find_setting(row.script_max);
    if (bound == nullptr) continue;
    const auto value = settings.*std::get<std::int64_t Settings::*>(row.member);
    const auto most = settings.*std::get<std::int64_t Settings::*>(bound->member);
    if (value <= most) continue;
    complaints.push_back(std::string(row.name) + " is " + show_number(row, value) +
                         ", but must not be more than " + std::string(bound->name) + ", which is " +
                         show_number(*bound, most));
  }
}

}  // namespace

Result<Settings> load_settings(const SettingsSources& sources) {
  Settings settings = sources.defaults;
  Complaints complaints;
  apply(given_in_file(sources, complaints), settings, complaints);
  apply(given_in_environment(sources.environment, complaints), settings, complaints);
  apply(given_as_flags(sources.flags, complaints), settings, complaints);
  if (complaints.empty()) check_maxima(settings, complaints);
  if (complaints.empty()) return settings;

  std::string all;
  for (const std::string& complaint : complaints) all += (all.empty() ? "" : "\n") + complaint;
  return Error{all};
}

}  // namespace towermill
