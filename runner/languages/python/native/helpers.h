#pragma once
// What is needed of Python in a run, taken once before any fork. One thread, as everywhere here.

#include "runner/languages/python/native/python_api.h"

namespace towermill::native {

/// References that are never let go.
struct Helpers {
  PyObject* variables = nullptr;          // of the process: bytes to bytes
  PyObject* scripts = nullptr;            // the known ones, a list that grows
  PyObject* scan = nullptr;               // (text, 0) → (value of the JSON text, …)
  PyObject* chunks = nullptr;             // (value, 0) → a tuple of the parts of its JSON text
  PyObject* function = nullptr;           // the type
  PyObject* plain_results = nullptr;      // types whose values are results as they are
  PyObject* plain_annotations = nullptr;  // those that change nothing of an argument
  PyObject* before = nullptr;             // a tuple of functions to be called in each child
  PyObject* call = nullptr;               // the harness's: () → message, of the run that was taken
  PyObject* result_message = nullptr;     // the harness's: (value) → message
  PyObject* lost = nullptr;               // to be called where the answer cannot be sent
  PyObject* unsettled = nullptr;          // functions that tell how much has to be done at the end
  PyObject* objects = nullptr;            // (0) → a list of the young ones
  PyObject* plain_objects = nullptr;      // types of what has nothing to do at its end
  PyObject* end = nullptr;                // ends the process in full
};
extern Helpers helpers;

/// Strings that are made once.
struct Words {
  PyObject *main, *empty, *args, *flush, *preprocessor, *threading, *wrapped, *annotations, *nothing;
};
extern Words words;

/// prepare(helpers): takes them, a dict of the names above, and makes the words.
PyObject* prepare(PyObject* self, PyObject* given);

/// Memory that is there only to be given back, for telling that there was none.
void free_spare_memory();

const PyObject* type_of(PyObject* value);
/// Whether the type is in that tuple.
bool is_among(const PyObject* type, PyObject* types);

}  // namespace towermill::native
