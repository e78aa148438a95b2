#pragma once
// What a process has from the one that started it, and cannot do without.

#include "runner/base/result.h"

namespace towermill {

/// Opens /dev/null in place of each of descriptors 0 to 2 that is closed, and takes SIGCHLD as at first if it
/// was ignored. To be called before anything is opened or started. Error: /dev/null cannot be opened.
Result<void> complete_inheritance();

}  // namespace towermill
