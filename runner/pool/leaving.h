#pragma once
// Processes that are no longer needed and on their way out.

#include <chrono>
#include <memory>
#include <vector>

#include "runner/base/clock.h"
#include "runner/launch/launch.h"

namespace towermill {

/// Not thread-safe.
class Leaving {
 public:
  /// While there is one, it is time to settle() again after so long.
  static constexpr std::chrono::milliseconds soon{10};

  /// Tells the process, by the end of its channel, that no run comes any more. It has `grace` to end by
  /// itself. `keep` is destroyed once it is gone.
  void add(std::unique_ptr<Child> child, std::chrono::milliseconds grace, std::shared_ptr<void> keep = {});

  /// Reaps who has ended, and kills the group of who is late. Never waits.
  void settle();
  /// The same until nobody is left, or until `patience` after the last one's grace: who cannot be killed is
  /// then left alone. How many those are.
  std::size_t settle_all(std::chrono::milliseconds patience = std::chrono::seconds(5));

  bool empty() const { return leaving_.empty(); }
  std::size_t size() const { return leaving_.size(); }

 private:
  struct Late {
    std::unique_ptr<Child> child;
    TimePoint deadline;
    std::shared_ptr<void> keep;
    bool killed = false;
  };
  static bool is_over(Late& late);

  std::vector<Late> leaving_;
};

}  // namespace towermill
