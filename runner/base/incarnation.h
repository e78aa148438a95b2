#pragma once
// Which process this is, among all that ever were: what it leaves in a file tells others whether it is alive.

#include <string>
#include <string_view>

namespace towermill {

/// "<pid>-<start in ticks>-<boot id>": the calling process's. Read once, and anew after a fork.
std::string own_incarnation();

/// True if that process has certainly ended: its number is free or another's, or the machine was started
/// anew. False for what is no incarnation.
bool has_ended(std::string_view incarnation);

}  // namespace towermill
