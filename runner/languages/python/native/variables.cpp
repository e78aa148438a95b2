#include "runner/languages/python/native/variables.h"

#include <cstdlib>
#include <cstring>
#include <string_view>

namespace towermill::native {

namespace {

// As long as most values; one that is longer gets as much as it needs.
constexpr std::size_t mostly_bytes = 64;

/// A variable that was put here, "NAME=value". The environment points to it, unless somebody has set another
/// value meanwhile.
struct Put {
  char* text = nullptr;
  std::size_t name_bytes = 0, room_bytes = 0;  // room: of the value, without its end
  Put* next = nullptr;
};
Put* all = nullptr;

Put* find(std::string_view name) {
  for (Put* put = all; put != nullptr; put = put->next)
    if (name == std::string_view(put->text, put->name_bytes)) return put;
  return nullptr;
}

/// Never given back: somebody may have kept what getenv() told.
Put* make(std::string_view name, std::size_t value_bytes) {
  const std::size_t room = value_bytes > mostly_bytes ? value_bytes : mostly_bytes;
  auto* const put = static_cast<Put*>(std::malloc(sizeof(Put)));
  auto* const text = static_cast<char*>(std::malloc(name.size() + room + 2));
  if (put == nullptr || text == nullptr) {
    std::free(put);
    std::free(text);
    return nullptr;
  }
  name.copy(text, name.size());
  text[name.size()] = '=';
  *put = {text, name.size(), room, all};
  return all = put;
}

bool set(std::string_view name, std::string_view value) {
  Put* put = find(name);
  if (put == nullptr || put->room_bytes < value.size()) put = make(name, value.size());
  if (put == nullptr) return false;
  char* const place = put->text + name.size() + 1;
  std::memcpy(place, value.data(), value.size() + 1);
  return std::getenv(name.data()) == place || ::putenv(put->text) == 0;
}

}  // namespace

PyObject* put_variable(PyObject* /*self*/, PyObject* args) {
  const char *name = nullptr, *value = nullptr;
  if (!PyArg_ParseTuple(args, "yy", &name, &value)) return nullptr;
  if (!set(name, value)) return PyErr_NoMemory();
  Py_RETURN_NONE;
}

}  // namespace towermill::native
