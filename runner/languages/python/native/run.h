#pragma once
// A run in a forked child, as far as it is an ordinary one: of a script that was known before the fork, whose
// main is a plain function and whose result is plain data. Done here it touches nothing of Python but what
// the script itself does: each page that is written to has to be copied first. What a run is in full, the
// harness says; whatever is not ordinary is left to it.

#include "runner/languages/python/native/python_api.h"

namespace towermill::native {

/// Takes the run that comes on the channel, and does it. Returns only where something was not ordinary.
void serve_run();

/// take(run): completes the run for the harness. False where none came. Raises what the script has raised.
PyObject* take(PyObject* self, PyObject* run);

}  // namespace towermill::native
