#pragma once
// Time that only goes forward, and deadlines on it.

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace towermill {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

inline std::int64_t ms_between(TimePoint from, TimePoint to) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count();
}

/// With three digits behind the point, as a log shows it.
inline double ms_since(TimePoint from) {
  return static_cast<double>(
             std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - from).count()) /
         1000;
}

/// What poll(2) should wait for until `deadline`: rounded up, so that it never wakes a moment too early and
/// spins.
inline int poll_timeout(TimePoint deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

}  // namespace towermill
