#pragma once
// What a new process does to itself between vfork and exec. The memory is still its parent's, and the
// parent's thread is stopped: plain system calls on values prepared before, nothing that allocates, locks or
// throws.

#include <array>

#include "runner/jail/resource_limits.h"

namespace towermill {

/// The signals that this process ignores. The kernel itself resets all but these when a program is executed.
struct IgnoredSignals {
  unsigned bits = 0;  // 1 << signal

  static IgnoredSignals now();
};

class ChildSetup {
 public:
  /// Descriptors 0 to 3 of the child; -1 for "none" is allowed for 3 alone. They stay the caller's.
  ChildSetup(std::array<int, 4> descriptors, const char* directory, const ResourceLimits& limits,
             IgnoredSignals ignored)
      : descriptors_(descriptors), directory_(directory), limits_(limits), ignored_(ignored) {}

  /// In the child. Returns nullptr, or the name of the step that failed (errno is set).
  const char* enter() const noexcept;

 private:
  bool place_descriptors() const noexcept;
  bool reset_signals() const noexcept;

  std::array<int, 4> descriptors_;
  const char* directory_;
  const ResourceLimits& limits_;
  IgnoredSignals ignored_;
};

}  // namespace towermill
