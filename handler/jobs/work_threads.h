#pragma once
// Threads for jobs, each started when all others have something to do.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "runner/base/thread.h"

namespace towermill {

/// Thread-safe. The threads live until join(): a run's process ends with the thread that has started it.
class WorkThreads {
 public:
  explicit WorkThreads(std::size_t most) : most_(most) {}
  WorkThreads(const WorkThreads&) = delete;
  WorkThreads& operator=(const WorkThreads&) = delete;
  ~WorkThreads() { join(); }

  /// Does it on one of the threads, as soon as one is free. It throws nothing.
  void add(std::function<void()> work);

  /// Does what is left, then ends the threads.
  void join();

 private:
  void work();

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> left_;
  std::size_t idle_ = 0;
  bool over_ = false;
  std::vector<Thread> threads_;
};

}  // namespace towermill
