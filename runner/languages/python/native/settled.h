#pragma once
// The end of a run that leaves nothing behind.

#include "runner/languages/python/native/python_api.h"

namespace towermill::native {

/// Whether the interpreter's own end would change nothing that anybody sees. Of the objects that this process
/// has made `oldest` is the oldest that can be.
bool has_nothing_to_settle(const PyObject* oldest);

}  // namespace towermill::native
