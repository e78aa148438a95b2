#include "runner/languages/python/native/helpers.h"

#include <array>
#include <cstdlib>

namespace towermill::native {

Helpers helpers;
Words words;

namespace {

struct Named {
  const char* name;
  PyObject** place;
};
const std::array names_of_helpers = {
    Named{"variables", &helpers.variables},
    Named{"scripts", &helpers.scripts},
    Named{"scan", &helpers.scan},
    Named{"chunks", &helpers.chunks},
    Named{"function", &helpers.function},
    Named{"plain_results", &helpers.plain_results},
    Named{"plain_annotations", &helpers.plain_annotations},
    Named{"before", &helpers.before},
    Named{"call", &helpers.call},
    Named{"result_message", &helpers.result_message},
    Named{"lost", &helpers.lost},
    Named{"unsettled", &helpers.unsettled},
    Named{"objects", &helpers.objects},
    Named{"plain_objects", &helpers.plain_objects},
    Named{"end", &helpers.end},
};

// For telling that there was no memory.
constexpr std::size_t spare_bytes = 64 * 1024;
void* spare = nullptr;

}  // namespace

PyObject* prepare(PyObject* /*self*/, PyObject* given) {
  for (const auto& [name, place] : names_of_helpers) {
    *place = PyDict_GetItemString(given, name);
    if (*place == nullptr) return PyErr_Format(PyExc_KeyError, "%s", name);
    Py_INCREF(*place);
  }
  words = {PyUnicode_InternFromString("main"),
           PyUnicode_InternFromString(""),
           PyUnicode_InternFromString("args"),
           PyUnicode_InternFromString("flush"),
           PyUnicode_InternFromString("preprocessor"),
           PyUnicode_InternFromString("threading"),
           PyUnicode_InternFromString("__wrapped__"),
           PyUnicode_InternFromString("__annotations__"),
           PyTuple_New(0)};
  spare = std::malloc(spare_bytes);
  Py_RETURN_NONE;
}

void free_spare_memory() {
  std::free(spare);
  spare = nullptr;
}

bool is_among(const PyObject* type, PyObject* types) {
  const Py_ssize_t count = PyTuple_Size(types);
  for (Py_ssize_t i = 0; i < count; ++i)
    if (PyTuple_GetItem(types, i) == type) return true;
  return false;
}

const PyObject* type_of(PyObject* value) { return reinterpret_cast<PyObject*>(Py_TYPE(value)); }

}  // namespace towermill::native
