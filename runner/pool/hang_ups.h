#pragma once
// Who waits for a time, for a call or for a client that hangs up: however many clients there are, one thread.

#include <cstdint>
#include <utility>
#include <vector>

#include "runner/base/clock.h"
#include "runner/base/fd.h"
#include "runner/base/result.h"

namespace towermill {

class HangUps {
 public:
  static Result<HangUps> make();

  /// Watches a socket that stays the caller's; -1: nothing. One that the system cannot watch is not noticed.
  void add(int fd, std::uint64_t name);
  /// Before it is closed. It may still be among those that a wait() under way returns.
  void remove(int fd);

  /// The names of those who have hung up, each once; empty at `until`, and after a call().
  std::vector<std::uint64_t> wait(TimePoint until);
  /// Those who have by now.
  std::vector<std::uint64_t> look() const;
  /// Ends a wait(), or the next one. Thread-safe, as all of this is; only one thread may wait.
  void call() const;

 private:
  HangUps(UniqueFd epoll, UniqueFd call) : epoll_(std::move(epoll)), call_(std::move(call)) {}
  std::vector<std::uint64_t> collect(int wait_ms) const;

  UniqueFd epoll_, call_;
};

}  // namespace towermill
