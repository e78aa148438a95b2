#pragma once
// Where settings come from that nobody names: a file in its usual places, the environment.

#include <string>

#include "handler/config/settings.h"

namespace towermill {

/// towermill.yaml beside the program as it was called, beside the program itself where it was called by a
/// link, and in /etc/towermill; in that order.
Texts standard_files();

/// The same for a program of that path, called by that path.
Texts standard_files(const std::string& called, const std::string& program);

/// These files and this process's environment, with no flags.
SettingsSources sources_of_this_process();

}  // namespace towermill
