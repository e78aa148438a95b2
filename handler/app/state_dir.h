#pragma once
// A state folder for who has none of the system's: a user on a shared host, and `run` in the terminal.

#include <string>

#include "handler/config/settings.h"
#include "runner/base/result.h"

namespace towermill {

/// Makes ${TMPDIR:-/var/tmp}/towermill-<uid>, 0700. Error: it cannot be made, or what is there is a link or
/// somebody else's.
Result<std::string> make_user_state_dir();

/// For a process that a web server has started, where state_dir is empty: its default if that can be used,
/// else the user's. Error: neither can.
Result<std::string> find_state_dir(const std::string& state_dir);

}  // namespace towermill
