#pragma once
// One setting's value: from text into the struct and back, and what is allowed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "handler/config/settings.h"

namespace towermill {

/// A number of that row's kind, in its range; sizes may have a unit. nullopt: not allowed.
std::optional<std::int64_t> parse_number(const SettingRow& row, std::string_view text);

/// Sets the member; a row of several values takes each of `items`, any other exactly one. False: not allowed,
/// and the struct is as it was.
bool set_value(Settings& settings, const SettingRow& row, const Texts& items);

/// What is allowed: "a whole number of seconds from 1 to 600".
std::string allowed(const SettingRow& row);

/// The value as the operator would write it; "" where there is none.
std::string show_value(const SettingRow& row, const Settings& settings);
std::string show_number(const SettingRow& row, std::int64_t number);

/// "*", or what a browser calls an origin: scheme, host and, where it is not the scheme's own, port; no path.
/// Not "null", which any page can be.
bool is_origin(std::string_view text);

/// NAME=value that a script may be given: nothing that steers the loader or is the run's own.
bool is_variable(std::string_view text);

}  // namespace towermill
