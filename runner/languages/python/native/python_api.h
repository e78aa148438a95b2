#pragma once
// Python's C API: only what is the same in every version from 3.8 on, so that one build serves them all.

#define Py_LIMITED_API 0x03080000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
