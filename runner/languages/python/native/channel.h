#pragma once
// The child's channel: descriptor 3, as long as it is the open file that the child was given.

#include <string_view>

#include "runner/languages/python/native/frames.h"
#include "runner/languages/python/native/python_api.h"

namespace towermill::native {

/// In the child, before anything else: from here on it is the one that answers.
void own_channel();

/// The frames that come.
Frames& incoming();

/// Whether this process was given the channel, and has not inherited it from one that was.
bool is_ours();
/// Whether descriptor 3 is still that open file.
bool is_open();

/// Sends one frame of these pieces. False: it is not sent whole.
bool send_frame(std::string_view first, std::string_view middle, std::string_view last);

/// For Python: is_ours(), is_open().
PyObject* tell_is_ours(PyObject* self, PyObject* none);
PyObject* tell_is_open(PyObject* self, PyObject* none);

}  // namespace towermill::native
