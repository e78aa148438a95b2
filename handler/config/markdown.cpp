#include "handler/config/settings.h"
#include "handler/config/values.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

std::string in_code(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string default_of(const SettingRow& row) {
  static const Settings standard;
  return show_value(row, standard);
}

std::string unit_of(const SettingRow& row) {
  if (row.kind == SettingKind::seconds) return " s";
  if (row.kind == SettingKind::milliseconds) return " ms";
  return "";
}

std::string range_of(const SettingRow& row) {
  if (row.is_number()) return show_number(row, row.least) + " – " + show_number(row, row.most) + unit_of(row);
  return allowed(row);
}

std::string script_maximum(const SettingRow& row) {
  if (row.script_max.empty()) return "–";
  if (row.script_max == "range") return show_number(row, row.most) + unit_of(row);
  if (row.script_max == row.name) return "the setting's value";
  const SettingRow& bound = *find_setting(row.script_max);
  return in_code(bound.name) + " (" + default_of(bound) + unit_of(bound) + ")";
}

}  // namespace

std::string setting_help(const SettingRow& row) {
  const std::string standard = default_of(row);
  const std::string unless = standard.empty() ? "" : ". Default: " + standard;
  return std::string(row.sentence) + " Must be " + allowed(row) + unless;
}

std::string settings_markdown() {
  std::string table = markdown_row({"Setting", "Default", "Range", "What it is"}) + "|---|---|---|---|\n";
  for (const SettingRow& row : setting_rows()) {
    const std::string standard = default_of(row);
    const std::string shown = row.is_number() ? standard + unit_of(row) : in_code(standard);
    table += markdown_row(
        {in_code(row.name), standard.empty() ? "empty" : shown, range_of(row), std::string(row.sentence)});
  }
  return table;
}

std::string limits_markdown() {
  std::string table =
      markdown_row({"Limit", "Default", "Maximum a script may ask", "What is seen beyond it"}) +
      "|---|---|---|---|\n";
  for (const SettingRow& row : setting_rows()) {
    if (row.beyond.empty()) continue;
    table += markdown_row(
        {in_code(row.name), default_of(row) + unit_of(row), script_maximum(row), std::string(row.beyond)});
  }
  return table;
}

}  // namespace towermill
