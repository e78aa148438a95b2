#include "handler/config/settings.h"

namespace towermill {

const std::vector<SettingRow>& setting_rows() {
  using enum SettingKind;
  static const std::vector<SettingRow> rows = {
#define NUMBER(name, kind, standard, least, most, script_max, sentence, beyond) \
  {#name, kind, &Settings::name, sentence, least, most, "", script_max, beyond},
#define CHOICE(name, type, standard, words, sentence) \
  {#name, choice, &Settings::name, sentence, 0, 0, words, "", ""},
#define SWITCH(name, standard, sentence) {#name, yes_no, &Settings::name, sentence, 0, 0, "", "", ""},
#define TEXT(name, kind, standard, sentence) {#name, kind, &Settings::name, sentence, 0, 0, "", "", ""},
#define LIST(name, kind, sentence) {#name, kind, &Settings::name, sentence, 0, 0, "", "", ""},
#define FOLDERS(name, sentence) {#name, folders, &Settings::name, sentence, 0, 0, "", "", ""},
#include "handler/config/settings.tbl"
  };
  return rows;
}

const SettingRow* find_setting(std::string_view name) {
  for (const SettingRow& row : setting_rows()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace towermill
