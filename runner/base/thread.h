#pragma once
// Threads with a stated stack, all signals blocked: one thread of the program takes signals, with signalfd or
// sigwait.

#include <pthread.h>

#include <cstddef>
#include <functional>

namespace towermill {

inline constexpr std::size_t small_stack_bytes = 256 * 1024;

/// Owns a thread and joins it when destroyed. Throws std::system_error if the system cannot start one.
class Thread {
 public:
  Thread(std::size_t stack_bytes, std::function<void()> work);
  Thread(Thread&& other) noexcept;
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;
  Thread& operator=(Thread&&) = delete;
  ~Thread();

 private:
  pthread_t thread_{};
  bool joinable_ = false;
};

/// Blocks every signal in the calling thread, and so in every thread that it starts.
void block_all_signals();

}  // namespace towermill
