// The module towermill_native: what the fork server and its children do outside of Python,
// and what they and processes that stay want of the C library.

#include <array>

#include "runner/languages/python/native/channel.h"
#include "runner/languages/python/native/control.h"
#include "runner/languages/python/native/helpers.h"
#include "runner/languages/python/native/leave.h"
#include "runner/languages/python/native/objects.h"
#include "runner/languages/python/native/program.h"
#include "runner/languages/python/native/run.h"
#include "runner/languages/python/native/variables.h"

namespace {

using namespace towermill::native;  // NOLINT(google-build-using-namespace)

std::array methods = {
    PyMethodDef{"gather_objects", gather_objects, METH_NOARGS, nullptr},
    PyMethodDef{"gather_program", gather_program, METH_NOARGS, nullptr},
    PyMethodDef{"hide", hide, METH_NOARGS, nullptr},
    PyMethodDef{"leave", leave, METH_O, nullptr},
    PyMethodDef{"prepare", prepare, METH_O, nullptr},
    PyMethodDef{"put_variable", put_variable, METH_VARARGS, nullptr},
    PyMethodDef{"serve", serve, METH_VARARGS, nullptr},
    PyMethodDef{"take", take, METH_O, nullptr},
    PyMethodDef{"is_ours", tell_is_ours, METH_NOARGS, nullptr},
    PyMethodDef{"is_open", tell_is_open, METH_NOARGS, nullptr},
    PyMethodDef{nullptr, nullptr, 0, nullptr},
};

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          "towermill_native",
                          nullptr,
                          -1,
                          methods.data(),
                          nullptr,
                          nullptr,
                          nullptr,
                          nullptr};

}  // namespace

PyMODINIT_FUNC PyInit_towermill_native() { return PyModule_Create(&definition); }
