#pragma once
// What makes one text of a setting right, kind by kind.

#include <string_view>

#include "handler/config/settings.h"

namespace towermill {

/// Whether `text` is a value of that kind: the kinds that are text, and one item of those with several
/// values.
bool is_value_of(SettingKind kind, std::string_view text);

/// In words, following "must be": "an absolute path".
std::string_view kind_in_words(SettingKind kind);

}  // namespace towermill
