#include "runner/languages/python/native/script.h"

#include "runner/languages/python/native/helpers.h"

// Not in the part of the API that is promised for all versions, but there in all of them.
extern "C" {
PyObject* PyFunction_GetCode(PyObject*);
PyObject* PyFunction_GetDefaults(PyObject*);
}

namespace towermill::native {

namespace {

/// Whether the argument is passed on as it is.
bool is_plain(PyObject* value, PyObject* name, PyObject* main) {
  if (PyUnicode_Check(value) == 0) return true;
  PyObject* const annotations = PyObject_GetAttr(main, words.annotations);
  if (annotations == nullptr) PyErr_Clear();  // the harness looks again
  bool is_known = annotations != nullptr && PyDict_CheckExact(annotations) != 0;
  if (is_known) {
    const PyObject* const annotation = PyDict_GetItem(annotations, name);
    is_known = annotation == nullptr || is_among(annotation, helpers.plain_annotations);
  }
  Py_XDECREF(annotations);
  return is_known;
}

}  // namespace

bool get_script(PyObject* known, Script& script) {
  return PyArg_ParseTuple(known, "OOOOOOOO", &script.run, &script.name, &script.members, &script.code,
                          &script.main_code, &script.names, &script.argv, &script.root) != 0;
}

PyObject* load(const Script& script) {
  if (PySys_SetObject("argv", script.argv) != 0) return nullptr;
  if (PyList_Append(PySys_GetObject("path"), script.root) != 0) return nullptr;
  PyObject* const module = PyModule_NewObject(script.name);
  if (module == nullptr) return nullptr;
  PyObject* const variables = PyModule_GetDict(module);
  const bool is_known = PyDict_SetItem(PyImport_GetModuleDict(), script.name, module) == 0 &&
                        PyDict_Update(variables, script.members) == 0;
  PyObject* const done = is_known ? PyEval_EvalCode(script.code, variables, variables) : nullptr;
  Py_XDECREF(done);
  if (done != nullptr) return module;
  Py_DECREF(module);
  return nullptr;
}

PyObject* arguments(const Script& script, PyObject* main, PyObject* args) {
  if (main == nullptr || type_of(main) != helpers.function) return nullptr;
  if (PyFunction_GetCode(main) != script.main_code) return nullptr;
  if (PyObject_HasAttr(main, words.wrapped) != 0) return nullptr;
  PyObject* const defaults = PyFunction_GetDefaults(main);
  const Py_ssize_t count = PyTuple_Size(script.names);
  const Py_ssize_t required = count - (defaults == nullptr ? 0 : PyTuple_Size(defaults));
  PyObject* const given = PyDict_New();
  for (Py_ssize_t i = 0; given != nullptr && i < count; ++i) {
    PyObject* const name = PyTuple_GetItem(script.names, i);
    PyObject* value = PyDict_GetItem(args, name);
    if (value == nullptr) value = Py_None;
    if (value == Py_None && i >= required) continue;
    if (is_plain(value, name, main) && PyDict_SetItem(given, name, value) == 0) continue;
    Py_DECREF(given);
    return nullptr;
  }
  return given;
}

}  // namespace towermill::native
