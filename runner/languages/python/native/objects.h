#pragma once
// Where Python's small objects lie.

#include "runner/languages/python/native/python_api.h"

namespace towermill::native {

/// gather_objects(): what is made in this process from now on lies together, in huge pages where there are
/// any. Not in its children: what those make is small, and a part of a shared page costs them a copy.
PyObject* gather_objects(PyObject* self, PyObject* none);

}  // namespace towermill::native
