#pragma once
// Drives one child from its first byte to its last: feeds it, reads it, watches the clock and the client,
// ends it.

#include <functional>
#include <string>
#include <string_view>

#include "runner/base/clock.h"
#include "runner/languages/language.h"
#include "runner/launch/launch.h"
#include "runner/launch/orphans.h"
#include "runner/protocol/outcome.h"

namespace towermill {

/// What may end a run early from outside. Descriptors are borrowed; -1 where there is none.
struct Interrupts {
  int client_fd = -1;  // a socket; its hang-up cancels the run
  int stop_fd = -1;    // readable: the server stops and has waited long enough
};

/// Who hears of a run before its outcome is known, in the thread that runs it.
struct Meanwhile {
  /// A part of the answer that is there already.
  std::function<void(std::string_view)> on_text;
  /// Nothing was there for so long.
  std::function<void()> on_silence;
  std::chrono::milliseconds longest_silence;
};

struct Collecting {
  const RunSpec& spec;
  const Plan& plan;
  /// The outcome of a process that has ended without a frame.
  std::function<Outcome(const Captured&)> at_exit;
  int work_dir_fd = -1;
  Interrupts interrupts;
  TimePoint started;
  Orphans& orphans;
  /// Called exactly once, as soon as the outcome is known: the process may then still be ending.
  std::function<void(Outcome)> on_outcome;
  const Meanwhile* meanwhile = nullptr;  // nullptr: nobody hears
};

struct Collected {
  ExitStatus exit;              // of a process that stays: a success
  std::string log;              // cut at its limit and marked so
  double until_outcome_ms = 0;  // from `started`
  bool killed = false;          // it did not end by itself within its grace
};

/// Returns when the child is reaped and its whole group is dead, what left the group being the sweep's; or,
/// for one that stays, when it has answered and was given back. Uses one thread, the caller's, and blocks it.
Collected collect(Child& child, const Collecting& run);

}  // namespace towermill
