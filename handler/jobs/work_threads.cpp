#include "handler/jobs/work_threads.h"

#include <system_error>
#include <utility>

namespace towermill {

namespace {

constexpr std::size_t stack_bytes = 512 * 1024;

}  // namespace

/// Where the system denies a thread, those that are there will do.
void WorkThreads::add(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  left_.push_back(std::move(work));
  changed_.notify_one();
  if (left_.size() <= idle_ || threads_.size() >= most_) return;
  try {
    threads_.emplace_back(stack_bytes, [this] { this->work(); });
  } catch (const std::system_error&) {
    if (threads_.empty()) throw;
  }
}

void WorkThreads::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this] { return over_ || !left_.empty(); });
    --idle_;
    if (left_.empty()) return;
    const auto next = std::move(left_.front());
    left_.pop_front();
    lock.unlock();
    next();
    lock.lock();
  }
}

void WorkThreads::join() {
  std::vector<Thread> threads;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    threads.swap(threads_);
    changed_.notify_all();
  }
}

}  // namespace towermill
