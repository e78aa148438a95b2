#pragma once
// What a harness is told of its run. All functions are thread-safe.

#include <string>

#include "runner/languages/language.h"
#include "runner/protocol/messages.h"

namespace towermill {

/// The whole of `spec` that a harness needs, its bytes included. Refers to `spec`.
RunMessage run_message_of(const RunSpec& spec);

/// The frame with that.
std::string harness_frame(const RunSpec& spec);

}  // namespace towermill
