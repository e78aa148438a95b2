#pragma once
// The end of a child, past the interpreter's own.

#include "runner/languages/python/native/python_api.h"

namespace towermill::native {

/// Ends this process, once what C code has printed is written.
[[noreturn]] void leave_now(int code);

/// leave(code): the same for Python.
PyObject* leave(PyObject* self, PyObject* code);

}  // namespace towermill::native
