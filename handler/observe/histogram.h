#pragma once
// How often something took how long. Thread-safe, without a lock.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace towermill {

class Histogram {
 public:
  /// Upper bounds, in seconds: from a fork to the longest of runs. What is longer has a bucket of its own.
  static constexpr std::array bounds_s = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                          0.025,  0.05,    0.1,    0.25,  0.5,    1.0,   2.5,
                                          5.0,    10.0,    30.0,   60.0,  300.0};
  static constexpr std::size_t bucket_count = bounds_s.size() + 1;

  void observe_ms(double ms) {
    std::size_t bucket = 0;
    while (bucket < bounds_s.size() && ms > bounds_s[bucket] * 1e3) ++bucket;
    counts_[bucket].fetch_add(1, std::memory_order_relaxed);
    sum_ns_.fetch_add(static_cast<std::uint64_t>(ms * 1e6), std::memory_order_relaxed);
  }

  /// What has been counted so far. While others count, the sum may lag behind by their last.
  struct Reading {
    std::array<std::uint64_t, bucket_count> up_to{};  // cumulative: the last is the count of all
    double sum_s = 0;
  };
  Reading read() const {
    Reading reading;
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < bucket_count; ++i)
      reading.up_to[i] = all += counts_[i].load(std::memory_order_relaxed);
    reading.sum_s = static_cast<double>(sum_ns_.load(std::memory_order_relaxed)) / 1e9;
    return reading;
  }

 private:
  std::array<std::atomic<std::uint64_t>, bucket_count> counts_{};
  std::atomic<std::uint64_t> sum_ns_ = 0;
};

}  // namespace towermill
