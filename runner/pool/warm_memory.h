#pragma once
// The memory of all that was started ahead or stays, whoever keeps it: together they have one limit, and what
// was used longest ago goes first.

#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

#include "runner/base/clock.h"
#include "runner/launch/launch.h"

namespace towermill {

/// Thread-safe.
class WarmMemory {
 public:
  explicit WarmMemory(std::int64_t limit_bytes) : limit_bytes_(limit_bytes) {}

  /// What one way keeps, and since when nobody has asked for it.
  struct Held {
    TimePoint used;
    std::int64_t bytes;
  };

  /// Takes the place of what was said of that way before. What it holds of no later use than the answer has
  /// to go: the rest of all ways fits. TimePoint::min(): nothing has to.
  TimePoint hold(Way way, std::vector<Held> held);

  /// Whether there is room for so much more that was used then, in the place of what was used before.
  bool has_room(const Held& more) const;

 private:
  const std::int64_t limit_bytes_;
  mutable std::mutex mutex_;
  std::array<std::vector<Held>, way_count> held_;  // by way
};

}  // namespace towermill
