#pragma once
// A forked child's place: what a run's process has of its own.

#include <string_view>

#include "runner/languages/python/native/python_api.h"

namespace towermill::native {

inline constexpr int channel_fd = 3;

struct Place {
  bool is_taken = false;  // false: an exception is set
  long script = -1;       // the known script's number; -1: the script follows
};

/// Does what a child's first frame tells (protocol/fork_messages.h): changes to the working directory and
/// sets the variables, in the process and in `variables`, bytes to bytes.
Place take_place(std::string_view told, PyObject* variables);

}  // namespace towermill::native
