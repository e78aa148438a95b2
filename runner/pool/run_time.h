#pragma once
// How long runs take, lately, and how long a turn is waited for.

#include <chrono>
#include <cstddef>

namespace towermill {

class RunTime {
 public:
  void add(std::chrono::duration<double> took) {
    // Of the last eight or so; the first counts for itself.
    mean_ += (took - mean_) / (any_ ? 8 : 1);
    any_ = true;
  }
  std::chrono::duration<double> mean() const { return mean_; }

 private:
  std::chrono::duration<double> mean_{0};
  bool any_ = false;
};

/// Until the turn of one behind `ahead` others, where `at_once` of them run at a time, each for `run`: whole
/// seconds, rounded up, 1 to 60, so that nobody is sent away for long by an estimate.
std::chrono::seconds time_until_turn(std::size_t ahead, std::size_t at_once,
                                     std::chrono::duration<double> run);

}  // namespace towermill
