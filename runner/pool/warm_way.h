#pragma once
// A way to have processes ready before their runs are known.

#include <cstdint>
#include <memory>

#include "runner/launch/launch.h"

namespace towermill {

/// What a way has done so far, and has now.
struct WayStats {
  std::uint64_t hits = 0;      // runs that got a process from here
  std::uint64_t misses = 0;    // runs that this is for and that had to start cold
  std::uint64_t started = 0;   // fork servers, standbys, processes that serve several runs
  std::uint64_t restarts = 0;  // of these, in the place of one that had died or was out of date
  std::size_t ready = 0;       // processes that wait for a run
  std::size_t alive = 0;       // processes there are, those in a run and fork servers included
};

/// Thread-safe.
class WarmWay {
 public:
  virtual ~WarmWay() = default;
  virtual Way way() const = 0;

  /// A process for that launch, which waits for its frames; nullptr where this way is not for it, or has none
  /// now. Never waits for an interpreter to start. Only for threads that live as long as the process.
  virtual std::unique_ptr<Child> take(const Launch& launch) = 0;

  /// No run comes any more: ends all that wait, and returns when they are gone. take() then gives nothing.
  virtual void end() {}

  virtual WayStats stats() const = 0;
};

}  // namespace towermill
