#include "runner/languages/python/native/settled.h"

#include "runner/languages/python/native/helpers.h"

namespace towermill::native {

namespace {

bool are_zero(PyObject* functions) {
  const Py_ssize_t count = PyTuple_Size(functions);
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* const told = PyObject_CallObject(PyTuple_GetItem(functions, i), nullptr);
    const bool is_zero = told != nullptr && PyObject_IsTrue(told) == 0;
    Py_XDECREF(told);
    if (!is_zero) return false;
  }
  return true;
}

/// Whether all that this process has made is young and plain.
bool are_plain_objects() {
  PyObject* const counts = PyObject_CallObject(helpers.collections, nullptr);
  const bool are_young = counts != nullptr && PyObject_IsTrue(PyTuple_GetItem(counts, 1)) == 0 &&
                         PyObject_IsTrue(PyTuple_GetItem(counts, 2)) == 0;
  Py_XDECREF(counts);
  PyObject* const objects = are_young ? PyObject_CallFunction(helpers.objects, "i", 0) : nullptr;
  if (objects == nullptr) return false;
  const Py_ssize_t count = PyList_Size(objects);
  Py_ssize_t plain = 0;
  while (plain < count && is_among(type_of(PyList_GetItem(objects, plain)), helpers.plain_objects)) ++plain;
  Py_DECREF(objects);  // or nothing in there would end
  return plain == count;
}

}  // namespace

bool has_nothing_to_settle() {
  return PyDict_GetItem(PyImport_GetModuleDict(), words.threading) == nullptr &&
         are_zero(helpers.unsettled) && are_plain_objects();
}

}  // namespace towermill::native
