#include "runner/languages/python/native/leave.h"

#include <unistd.h>

#include <cstdio>

namespace towermill::native {

void leave_now(int code) {
  std::fflush(nullptr);
  ::_exit(code);
}

PyObject* leave(PyObject* /*self*/, PyObject* code) { leave_now(static_cast<int>(PyLong_AsLong(code))); }

}  // namespace towermill::native
