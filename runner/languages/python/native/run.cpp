#include "runner/languages/python/native/run.h"

#include <unistd.h>

#include <string_view>

#include "runner/languages/python/native/channel.h"
#include "runner/languages/python/native/helpers.h"
#include "runner/languages/python/native/leave.h"
#include "runner/languages/python/native/place.h"
#include "runner/languages/python/native/script.h"
#include "runner/languages/python/native/settled.h"

namespace towermill::native {

namespace {

constexpr std::string_view result_prefix = R"({"type":"result","result":)";
constexpr std::string_view result_suffix = "}";

/// What has come, and what has become of it.
struct Run {
  PyObject* told = nullptr;    // its messages together, a dict
  PyObject* script = nullptr;  // the known one, or nullptr
  bool has_raised = false;
  PyObject *type = nullptr, *value = nullptr, *trace = nullptr;  // what
} current;

PyObject* decode(std::string_view json) {
  PyObject* const text = PyUnicode_DecodeUTF8(json.data(), static_cast<Py_ssize_t>(json.size()), nullptr);
  if (text == nullptr) return nullptr;
  PyObject* const scanned = PyObject_CallFunction(helpers.scan, "Oi", text, 0);
  Py_DECREF(text);
  PyObject* const value = scanned == nullptr ? nullptr : PyTuple_GetItem(scanned, 0);
  Py_XINCREF(value);
  Py_XDECREF(scanned);
  return value;
}

enum class Came { whole, nothing, raised };

/// Adds the messages of the next frames to what is told.
Came receive_messages(int count) {
  for (int i = 0; i < count; ++i) {
    std::string_view content;
    const auto got = incoming().next(content);
    if (got == Frames::Got::end) return Came::nothing;
    PyObject* const message = got == Frames::Got::frame ? decode(content) : PyErr_NoMemory();
    if (message == nullptr) return Came::raised;
    if (current.told == nullptr) {
      current.told = message;
    } else {
      const int updated = PyDict_Update(current.told, message);
      Py_DECREF(message);
      if (updated != 0) return Came::raised;
    }
  }
  return Came::whole;
}

Came receive() {
  std::string_view content;
  const auto got = incoming().next(content);
  if (got != Frames::Got::frame) return Came::nothing;
  const Place place = take_place(content, helpers.variables);
  if (!place.is_taken) return Came::raised;
  if (place.script >= 0) current.script = PyList_GetItem(helpers.scripts, place.script);
  return receive_messages(current.script == nullptr ? 2 : 1);
}

/// Calls main. Its result, or nullptr with an exception; `message` instead, where the harness had to do it.
PyObject* call_main(const Script& script, PyObject* module, PyObject*& message) {
  PyObject* const main = PyDict_GetItem(PyModule_GetDict(module), words.main);
  PyObject* const given = arguments(script, main, PyDict_GetItem(current.told, words.args));
  if (given == nullptr) {
    if (PyErr_Occurred() != nullptr) return nullptr;
    PyObject* const run = PyDict_Copy(script.run);  // its own, so that it outlives nothing
    if (run != nullptr && PyDict_Update(run, current.told) == 0 &&
        PyDict_SetItemString(run, "loaded", module) == 0)
      message = PyObject_CallFunctionObjArgs(helpers.call, run, nullptr);
    Py_XDECREF(run);
    return nullptr;
  }
  Py_INCREF(main);  // it may delete itself
  PyObject* const result = PyObject_Call(main, words.nothing, given);
  Py_DECREF(main);
  Py_DECREF(given);
  return result;
}

/// The bytes of the result's JSON text; nullptr, without an exception, where the harness has to write it.
PyObject* encode(PyObject* result) {
  if (!is_among(type_of(result), helpers.plain_results)) return nullptr;
  PyObject* const chunks = PyObject_CallFunction(helpers.chunks, "Oi", result, 0);
  PyObject* const text = chunks == nullptr ? nullptr : PyUnicode_Join(words.empty, chunks);
  PyObject* const bytes = text == nullptr ? nullptr : PyUnicode_AsUTF8String(text);
  Py_XDECREF(chunks);
  Py_XDECREF(text);
  PyErr_Clear();
  return bytes;
}

void flush(PyObject* stream) {
  if (stream == nullptr) return;
  Py_INCREF(stream);
  Py_XDECREF(PyObject_CallMethodObjArgs(stream, words.flush, nullptr));
  Py_DECREF(stream);
  PyErr_Clear();  // the script closed it
}

/// The one that is in use, and the first one, where the script has put another in its place.
void flush(const char* name, const char* name_of_first) {
  flush(PySys_GetObject(name));
  if (PySys_GetObject(name_of_first) != PySys_GetObject(name)) flush(PySys_GetObject(name_of_first));
}

std::string_view text_of(PyObject* bytes) {
  return {PyBytes_AsString(bytes), static_cast<std::size_t>(PyBytes_Size(bytes))};
}

/// Whether all is sent that has to be. Of a fork of the script's nothing is: only the first process answers.
bool send(std::string_view first, std::string_view middle, std::string_view last) {
  flush("stdout", "__stdout__");
  flush("stderr", "__stderr__");
  return !is_ours() || (is_open() && send_frame(first, middle, last));
}

/// Answers, and ends this process. Returns only with an exception, where the result is none.
void answer(PyObject* result, PyObject* message) {
  PyObject* const bytes = message == nullptr ? encode(result) : nullptr;
  if (bytes == nullptr && message == nullptr)
    message = PyObject_CallFunctionObjArgs(helpers.result_message, result, nullptr);
  if (bytes == nullptr && message == nullptr) return Py_XDECREF(result);
  const bool is_sent =
      bytes != nullptr ? send(result_prefix, text_of(bytes), result_suffix) : send({}, text_of(message), {});
  if (is_sent && has_nothing_to_settle(current.told)) leave_now(0);
  PyErr_Clear();
  Py_XDECREF(result);
  Py_XDECREF(is_sent ? PyObject_CallFunction(helpers.end, "i", 0)
                     : PyObject_CallObject(helpers.lost, nullptr));
  if (PyErr_Occurred() != nullptr) PyErr_Print();  // which ends the process, if it is told so
  ::_exit(1);
}

void call_hooks() {
  const Py_ssize_t count = PyTuple_Size(helpers.before);
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* const hook = PyTuple_GetItem(helpers.before, i);
    PyObject* const done = PyObject_CallObject(hook, nullptr);
    if (done == nullptr) PyErr_WriteUnraisable(hook);  // as Python does
    Py_XDECREF(done);
  }
}

bool is_ordinary(const Script& script) {
  return script.names != Py_None && PyDict_GetItem(current.told, words.preprocessor) == nullptr;
}

void hold_exception() {
  free_spare_memory();
  current.has_raised = true;
  PyErr_Fetch(&current.type, &current.value, &current.trace);
}

}  // namespace

void serve_run() {
  own_channel();
  call_hooks();
  const Came came = receive();
  if (came == Came::nothing) ::_exit(0);
  if (came == Came::raised) return hold_exception();
  Script script{};
  if (current.script == nullptr || !get_script(current.script, script) || !is_ordinary(script)) return;
  PyObject* message = nullptr;
  PyObject* const module = load(script);
  PyObject* const result = module == nullptr ? nullptr : call_main(script, module, message);
  Py_XDECREF(module);  // or nothing in there would end
  if (result != nullptr || message != nullptr) answer(result, message);
  hold_exception();
}

PyObject* take(PyObject* /*self*/, PyObject* run) {
  Script script{};
  if (current.script != nullptr &&
      (!get_script(current.script, script) || PyDict_Update(run, script.run) != 0))
    return nullptr;
  if (current.told != nullptr && PyDict_Update(run, current.told) != 0) return nullptr;
  if (!current.has_raised) Py_RETURN_TRUE;
  PyErr_Restore(current.type, current.value, current.trace);
  return nullptr;
}

}  // namespace towermill::native
