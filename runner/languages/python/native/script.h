#pragma once
// A script that was known before the fork.

#include "runner/languages/python/native/python_api.h"

namespace towermill::native {

/// A known script, as it is in helpers.scripts.
struct Script {
  PyObject* run;        // what the harness needs of it, a dict
  PyObject* name;       // its module's
  PyObject* members;    // of that module, before the text is run
  PyObject* code;       // the text, compiled
  PyObject* main_code;  // main's part of it
  PyObject* names;      // of main's parameters; None where main is no plain function
  PyObject* argv;       // sys.argv
  PyObject* root;       // to be found in sys.path
};

/// Of the tuple in helpers.scripts. False, with an exception: it is none.
bool get_script(PyObject* known, Script& script);

/// A reference to the script's module, once its text has run: that may have taken it out of sys.modules.
/// nullptr: it has raised.
PyObject* load(const Script& script);

/// The arguments of main by name, as the harness has it: one that is missing or null is its default, else
/// None. nullptr: main is no such function, or an exception is set.
PyObject* arguments(const Script& script, PyObject* main, PyObject* args);

}  // namespace towermill::native
