#pragma once
// What custom routes can be asked for.

#include <vector>

#include "handler/schema/operations.h"

namespace towermill {

/// Adds those of the workspace's routes that can run something.
void add_routes(const Workspace& workspace, Interfaces& interfaces, const RouteTable& routes,
                const HeaderOf& header_of, std::vector<Operation>& operations);

}  // namespace towermill
