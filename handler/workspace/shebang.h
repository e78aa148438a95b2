#pragma once
// The first line of a program: "#!/usr/bin/env node".

#include <optional>
#include <string>
#include <string_view>

namespace towermill {

/// Why a run of `program` would find no interpreter; nullopt where it would, and where it needs none.
/// `folders` (absolute, separated by colons) are the run's PATH.
std::optional<std::string> missing_interpreter(std::string_view program, const std::string& folders);

}  // namespace towermill
