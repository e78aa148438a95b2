#include "runner/languages/python/native/place.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace towermill::native {

namespace {

constexpr std::string_view job_id_name = "WM_JOB_ID";

/// The text up to the next NUL, which is there for setenv and chdir.
std::string_view take_text(std::string_view& rest) {
  const std::string_view text(rest.data(), std::min(rest.size(), rest.find('\0')));
  rest.remove_prefix(std::min(rest.size(), text.size() + 1));
  return text;
}

/// Writes over the server's own, in the memory that /proc/PID/environ shows: by it the descendants of this
/// run are told from those of others.
bool write_over(std::string_view value) {
  char* const old = std::getenv(job_id_name.data());
  if (old == nullptr || std::strlen(old) != value.size()) return false;
  std::copy(value.begin(), value.end(), old);
  return true;
}

bool set_variable(std::string_view item, PyObject* variables) {
  const std::size_t length = item.find('=');
  if (length == std::string_view::npos) return true;
  const std::string_view name(item.data(), length);
  const std::string_view value(item.data() + length + 1, item.size() - length - 1);
  PyObject* const key = PyBytes_FromStringAndSize(name.data(), static_cast<Py_ssize_t>(name.size()));
  PyObject* const text = PyBytes_FromStringAndSize(value.data(), static_cast<Py_ssize_t>(value.size()));
  bool done = key != nullptr && text != nullptr && PyDict_SetItem(variables, key, text) == 0;
  if (done && (name != job_id_name || !write_over(value)))
    done = ::setenv(PyBytes_AsString(key), value.data(), 1) == 0;
  Py_XDECREF(key);
  Py_XDECREF(text);
  return done;
}

}  // namespace

Place take_place(std::string_view told, PyObject* variables) {
  const std::string_view script = take_text(told);
  const std::string_view directory = take_text(told);
  if (::chdir(directory.data()) != 0) {
    PyErr_SetFromErrnoWithFilename(PyExc_OSError, directory.data());
    return {};
  }
  while (!told.empty()) {
    if (set_variable(take_text(told), variables)) continue;
    if (PyErr_Occurred() == nullptr) PyErr_NoMemory();
    return {};
  }
  return {true, script.empty() ? -1 : std::strtol(script.data(), nullptr, 10)};
}

}  // namespace towermill::native
