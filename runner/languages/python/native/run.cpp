#include "runner/languages/python/native/run.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string_view>

#include "runner/languages/python/native/channel.h"
#include "runner/languages/python/native/place.h"

// Not in the part of the API that is promised for all versions, but there in all of them.
extern "C" {
PyObject* PyFunction_GetCode(PyObject*);
PyObject* PyFunction_GetDefaults(PyObject*);
PyObject* PyFunction_GetAnnotations(PyObject*);
}

namespace towermill::native {

namespace {

constexpr std::string_view result_prefix = R"({"type":"result","result":)";
constexpr std::string_view result_suffix = "}";

/// References that are never let go.
struct Helpers {
  PyObject* variables = nullptr;          // of the process: bytes to bytes
  PyObject* scripts = nullptr;            // the known ones, a list that grows
  PyObject* scan = nullptr;               // (text, 0) → (value of the JSON text, …)
  PyObject* chunks = nullptr;             // (value, 0) → a tuple of the parts of its JSON text
  PyObject* function = nullptr;           // the type
  PyObject* plain_results = nullptr;      // types whose values are results as they are
  PyObject* plain_annotations = nullptr;  // those that change nothing of an argument
  PyObject* before = nullptr;             // to be called before a run, or None
  PyObject* call = nullptr;               // the harness's: () → message, of the run that was taken
  PyObject* result_message = nullptr;     // the harness's: (value) → message
  PyObject* lost = nullptr;               // to be called where the answer cannot be sent
  PyObject* unsettled = nullptr;          // functions that tell how much has to be done at the end
  PyObject* collections = nullptr;        // () → three numbers; with the last two 0, no object is old
  PyObject* objects = nullptr;            // (0) → a list of the young ones
  PyObject* plain_objects = nullptr;      // types of what has nothing to do at its end
  PyObject* end = nullptr;                // ends the process in full
} helpers;

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
    Named{"collections", &helpers.collections},
    Named{"objects", &helpers.objects},
    Named{"plain_objects", &helpers.plain_objects},
    Named{"end", &helpers.end},
};

/// Strings that are made once.
struct Words {
  PyObject *main, *empty, *args, *flush, *preprocessor, *threading, *nothing;
} words;

/// What has come, and what has become of it.
struct Run {
  PyObject* told = nullptr;    // its messages together, a dict
  PyObject* script = nullptr;  // the known one, or nullptr
  bool has_raised = false;
  PyObject *type = nullptr, *value = nullptr, *trace = nullptr;  // what
} current;

// For telling that there was no memory.
constexpr std::size_t spare_bytes = 64 * 1024;
void* spare = nullptr;

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

bool get_script(PyObject* known, Script& script) {
  return PyArg_ParseTuple(known, "OOOOOOOO", &script.run, &script.name, &script.members, &script.code,
                          &script.main_code, &script.names, &script.argv, &script.root) != 0;
}

bool is_among(const PyObject* type, PyObject* types) {
  const Py_ssize_t count = PyTuple_Size(types);
  for (Py_ssize_t i = 0; i < count; ++i)
    if (PyTuple_GetItem(types, i) == type) return true;
  return false;
}

const PyObject* type_of(PyObject* value) { return reinterpret_cast<PyObject*>(Py_TYPE(value)); }

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

/// The script's module, once its text has run; sys.modules has it. nullptr: it has raised.
PyObject* load(const Script& script) {
  if (PySys_SetObject("argv", script.argv) != 0) return nullptr;
  if (PyList_Append(PySys_GetObject("path"), script.root) != 0) return nullptr;
  PyObject* const module = PyModule_NewObject(script.name);
  if (module == nullptr) return nullptr;
  const bool is_known = PyDict_SetItem(PyImport_GetModuleDict(), script.name, module) == 0;
  Py_DECREF(module);
  if (!is_known) return nullptr;
  PyObject* const variables = PyModule_GetDict(module);
  if (PyDict_Update(variables, script.members) != 0) return nullptr;
  PyObject* const done = PyEval_EvalCode(script.code, variables, variables);
  Py_XDECREF(done);
  return done == nullptr ? nullptr : module;
}

/// Whether the argument is passed on as it is.
bool is_plain(PyObject* value, PyObject* name, PyObject* annotations) {
  if (annotations == nullptr || PyUnicode_Check(value) == 0) return true;
  const PyObject* const annotation = PyDict_GetItem(annotations, name);
  return annotation == nullptr || is_among(annotation, helpers.plain_annotations);
}

/// The arguments of main by name, as the harness has it: one that is missing or null is its default, else
/// None. nullptr: main is no such function, or an exception is set.
PyObject* arguments(const Script& script, PyObject* main, PyObject* args) {
  if (main == nullptr || type_of(main) != helpers.function) return nullptr;
  if (PyFunction_GetCode(main) != script.main_code) return nullptr;
  PyObject* const annotations = PyFunction_GetAnnotations(main);
  PyObject* const defaults = PyFunction_GetDefaults(main);
  const Py_ssize_t count = PyTuple_Size(script.names);
  const Py_ssize_t required = count - (defaults == nullptr ? 0 : PyTuple_Size(defaults));
  PyObject* const given = PyDict_New();
  for (Py_ssize_t i = 0; given != nullptr && i < count; ++i) {
    PyObject* const name = PyTuple_GetItem(script.names, i);
    PyObject* value = PyDict_GetItem(args, name);
    if (value == nullptr) value = Py_None;
    if (value == Py_None && i >= required) continue;
    if (is_plain(value, name, annotations) && PyDict_SetItem(given, name, value) == 0) continue;
    Py_DECREF(given);
    return nullptr;
  }
  return given;
}

/// Calls main. Its result, or nullptr with an exception; `message` instead, where the harness had to do it.
PyObject* call_main(const Script& script, PyObject* module, PyObject*& message) {
  PyObject* const main = PyDict_GetItem(PyModule_GetDict(module), words.main);
  PyObject* const given = arguments(script, main, PyDict_GetItem(current.told, words.args));
  if (given == nullptr) {
    if (PyErr_Occurred() != nullptr || PyDict_Update(script.run, current.told) != 0) return nullptr;
    if (PyDict_SetItemString(script.run, "loaded", module) == 0)
      message = PyObject_CallFunctionObjArgs(helpers.call, script.run, nullptr);
    return nullptr;
  }
  PyObject* const result = PyObject_Call(main, words.nothing, given);
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

void flush(const char* stream_name) {
  PyObject* const stream = PySys_GetObject(stream_name);
  if (stream == nullptr) return;
  Py_XDECREF(PyObject_CallMethodObjArgs(stream, words.flush, nullptr));
  PyErr_Clear();  // the script closed it
}

std::string_view text_of(PyObject* bytes) {
  return {PyBytes_AsString(bytes), static_cast<std::size_t>(PyBytes_Size(bytes))};
}

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

/// Whether the interpreter's own end would change nothing that anybody sees.
bool has_nothing_to_settle() {
  return PyDict_GetItem(PyImport_GetModuleDict(), words.threading) == nullptr &&
         are_zero(helpers.unsettled) && are_plain_objects();
}

/// Of a fork of the script's nothing is sent: only the first process answers.
void send(std::string_view first, std::string_view middle, std::string_view last) {
  flush("stdout");
  flush("stderr");
  if (!is_ours()) return;
  if (!is_open() || !send_frame(first, middle, last)) Py_XDECREF(PyObject_CallObject(helpers.lost, nullptr));
}

/// Answers, and ends this process. Returns only with an exception, where the result is none.
void answer(PyObject* result, PyObject* message) {
  PyObject* const bytes = message == nullptr ? encode(result) : nullptr;
  if (bytes == nullptr && message == nullptr)
    message = PyObject_CallFunctionObjArgs(helpers.result_message, result, nullptr);
  if (bytes == nullptr && message == nullptr) return;
  if (bytes != nullptr) {
    send(result_prefix, text_of(bytes), result_suffix);
  } else {
    send({}, text_of(message), {});
  }
  if (has_nothing_to_settle()) ::_exit(0);
  PyErr_Clear();
  Py_XDECREF(result);
  Py_XDECREF(PyObject_CallFunction(helpers.end, "i", 0));
  if (PyErr_Occurred() != nullptr) PyErr_Print();  // which ends the process, if it is told so
  ::_exit(1);
}

bool is_ordinary(const Script& script) {
  return script.names != Py_None && PyDict_GetItem(current.told, words.preprocessor) == nullptr;
}

void hold_exception() {
  std::free(spare);
  current.has_raised = true;
  PyErr_Fetch(&current.type, &current.value, &current.trace);
}

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
           PyTuple_New(0)};
  spare = std::malloc(spare_bytes);
  Py_RETURN_NONE;
}

void serve_run() {
  own_channel();
  if (helpers.before != Py_None) Py_XDECREF(PyObject_CallObject(helpers.before, nullptr));
  const Came came = PyErr_Occurred() != nullptr ? Came::raised : receive();
  if (came == Came::nothing) ::_exit(0);
  if (came == Came::raised) return hold_exception();
  Script script{};
  if (current.script == nullptr || !get_script(current.script, script) || !is_ordinary(script)) return;
  PyObject* message = nullptr;
  PyObject* const module = load(script);
  PyObject* const result = module == nullptr ? nullptr : call_main(script, module, message);
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
