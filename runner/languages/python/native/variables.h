#pragma once
// Variables that change with every run of a process that stays.

#include "runner/languages/python/native/python_api.h"

namespace towermill::native {

/// put_variable(name, value), of bytes without NUL: sets it in this process as os.putenv() does, but in
/// memory that the next value takes over where it fits. The C library keeps every value that it has ever been
/// given.
PyObject* put_variable(PyObject* self, PyObject* args);

}  // namespace towermill::native
