#pragma once
// What `towermill check` says of schedules.

#include "handler/cli/report.h"
#include "handler/workspace/workspace.h"

namespace towermill {

/// Each schedule with its next moment, and what is wrong with its file or does nothing there.
void check_schedules(const Workspace& workspace, Report& report);

}  // namespace towermill
