#pragma once
// The end of a run that leaves nothing behind.

namespace towermill::native {

/// Whether the interpreter's own end would change nothing that anybody sees.
bool has_nothing_to_settle();

}  // namespace towermill::native
