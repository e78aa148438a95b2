#pragma once
// How much all uploads together may take of the disk.

#include <atomic>
#include <cstddef>

namespace towermill {

/// Thread-safe. Outlives every UploadFolder that takes from it.
class UploadRoom {
 public:
  explicit UploadRoom(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}  // 0: no limit

  std::size_t limit_bytes() const { return limit_bytes_; }

  /// False: there is not as much left, and nothing is taken.
  bool take(std::size_t bytes) {
    std::size_t taken = taken_bytes_.load();
    do {
      if (limit_bytes_ > 0 && bytes > limit_bytes_ - taken) return false;
    } while (!taken_bytes_.compare_exchange_weak(taken, taken + bytes));
    return true;
  }
  void give_back(std::size_t bytes) { taken_bytes_ -= bytes; }

 private:
  const std::size_t limit_bytes_;
  std::atomic<std::size_t> taken_bytes_{0};
};

}  // namespace towermill
