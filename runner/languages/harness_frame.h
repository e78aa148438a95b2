#pragma once
// What a harness is told of its run. All functions are thread-safe.

#include <string>

#include "runner/languages/language.h"
#include "runner/protocol/messages.h"

namespace towermill {

/// The parts of `spec` that each message needs. They refer to `spec`.
ScriptMessage script_message_of(const RunSpec& spec);
RunMessage run_message_of(const RunSpec& spec);

/// Sets the plan's frames to those two messages.
void set_frames(Plan& plan, const ScriptMessage& script, const RunMessage& run);
void set_frames(Plan& plan, const RunSpec& spec);

}  // namespace towermill
