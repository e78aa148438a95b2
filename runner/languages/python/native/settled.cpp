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

/// Whether all that this process has made is young and plain. Of objects that it has this one is the oldest
/// that can be: while it is young, none has become old.
bool are_plain_objects(const PyObject* oldest) {
  PyObject* const objects = PyObject_CallFunction(helpers.objects, "i", 0);
  if (objects == nullptr) return false;
  const Py_ssize_t count = PyList_Size(objects);
  bool are_young = false, are_plain = true;
  for (Py_ssize_t i = 0; are_plain && i < count; ++i) {
    PyObject* const object = PyList_GetItem(objects, i);
    are_young = are_young || object == oldest;
    are_plain = is_among(type_of(object), helpers.plain_objects);
  }
  Py_DECREF(objects);  // or nothing in there would end
  return are_young && are_plain;
}

}  // namespace

bool has_nothing_to_settle(const PyObject* oldest) {
  return PyDict_GetItem(PyImport_GetModuleDict(), words.threading) == nullptr &&
         are_zero(helpers.unsettled) && are_plain_objects(oldest);
}

}  // namespace towermill::native
