#pragma once
// Who may call, and who may change what is run: for `check`.

#include <string>
#include <vector>

#include "handler/cli/report.h"
#include "handler/config/settings.h"
#include "handler/workspace/workspace.h"

namespace towermill {

/// Whether there is any token.
void check_tokens(const Settings& settings, Report& report);

/// Files of these scripts that any user of the system may change, and folders that he may put others into.
void check_writable(const Workspace& workspace, const std::vector<std::string>& scripts, Report& report);

}  // namespace towermill
