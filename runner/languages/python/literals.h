#pragma once
// Plain values in a script in Python.

#include <optional>
#include <string>
#include <string_view>

#include "runner/languages/source/literal.h"

namespace towermill {

const LiteralStyle& python_literals();

/// A text token as a JSON string; nullopt for bytes, and for one that is made at the run (f"…").
std::optional<std::string> python_string(std::string_view raw);

}  // namespace towermill
