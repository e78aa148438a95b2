#pragma once
// What a process needs that is there before its run, or that stays for several.

#include <string>
#include <string_view>

#include "runner/launch/launch.h"

namespace towermill {

/// Of what a run may use, what a process is held to from its start on.
std::string lasting_limits(const Limits& limits);

/// What it is started with: whoever has the same, character for character, may be given the same process.
std::string kind_of(const Launch& launch);

/// The launch of such a process. It waits in "/", with what every run of the script has in its environment
/// and `name` as its WM_JOB_ID, by which the sweep knows what it leaves. Its CPU time and
/// its processes have no limit yet. Refers to the launch's plan.
Launch launch_ahead(const Launch& launch, std::string_view name);

/// True where a process that waits has ended, or says something that nobody has asked for. What it has
/// printed meanwhile is dropped.
bool is_lost(Child& child);

}  // namespace towermill
