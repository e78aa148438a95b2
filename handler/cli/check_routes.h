#pragma once
// What `towermill check` says of custom routes.

#include <vector>

#include "handler/cli/report.h"
#include "handler/config/settings.h"
#include "handler/workspace/workspace.h"

namespace towermill {

/// Each route with its URL, what is wrong with its file or does nothing there, and routes that stand in each
/// other's way.
void check_routes(const std::vector<Workspace>& workspaces, const Settings& settings, Report& report);

}  // namespace towermill
