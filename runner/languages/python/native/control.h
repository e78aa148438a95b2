#pragma once
// The fork server's side of its control socket.

#include "runner/languages/python/native/python_api.h"

namespace towermill::native {

/// serve(control, learn, hooks): answers the questions on that descriptor, and returns None in each child,
/// which has its channel on descriptor 3 and its log on 1 and 2. The server ends with its control socket.
/// `learn` is called with a script's frame, and returns how many scripts are known. `hooks` tells whether
/// somebody asked to be called before a fork, or in the server after it.
PyObject* serve(PyObject* self, PyObject* args);

/// hide(): keeps what others of the same user may read of this process from them. Children may be looked at.
PyObject* hide(PyObject* self, PyObject* none);

}  // namespace towermill::native
