#pragma once
// Which script hears of a workspace's failures: its settings.yaml, as Windmill's command line writes it.

#include <optional>
#include <string>
#include <string_view>

#include "runner/base/result.h"

namespace towermill {

inline constexpr std::string_view workspace_settings_file = "settings.yaml";

struct ErrorHandler {
  std::string script_path;
  std::string extra_args = "{}";    // the text of one JSON object
  bool muted_on_user_path = false;  // hears nothing of scripts in u/
};

/// Of the text of a settings.yaml; nullopt: there is none. Error: "file:3: what is wrong".
Result<std::optional<ErrorHandler>> parse_error_handler(std::string_view yaml, std::string_view file);

/// Of the workspace with that folder, as it is now.
Result<std::optional<ErrorHandler>> find_error_handler(const std::string& root);

}  // namespace towermill
