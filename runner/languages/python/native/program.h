#pragma once
// The interpreter's own program in memory.

#include "runner/languages/python/native/python_api.h"

namespace towermill::native {

/// gather_program(): moves the program, as far as it is only read and executed, to huge pages at the same
/// place. A file's pages are not copied at a fork: each child would have to ask for them again, some at a
/// time. Where there are no huge pages all stays as it is.
PyObject* gather_program(PyObject* self, PyObject* none);

}  // namespace towermill::native
