#pragma once
// Who listens and who waits: one thread keeps the listener and every idle connection in an epoll set, so that
// a kept-alive connection costs no worker. A connection with something to read is handed on, and may come
// back.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "runner/base/fd.h"
#include "runner/base/result.h"

namespace towermill {

class Connections {
 public:
  /// The listener stays the caller's. Of more than `most_idle` connections the one idle longest is closed.
  /// `ready` takes a readable connection; it must not block.
  static Result<std::unique_ptr<Connections>> make(int listener, std::size_t most_idle,
                                                   std::function<void(UniqueFd)> ready);

  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// Serves on the calling thread until stop(): then hands on what has begun to arrive, and returns.
  void run();

  /// Ends run(); connections that come back are closed. Thread-safe.
  void stop();

  /// Waits for the next request on it. Thread-safe.
  void give_back(UniqueFd connection);

 private:
  Connections(int listener, std::size_t most_idle, std::function<void(UniqueFd)> ready, UniqueFd epoll,
              UniqueFd wake);

  void accept_all();
  void hand_on(int fd);
  void hand_on_the_last();
  void make_room();
  Result<void> watch(int fd);

  const int listener_;
  const std::size_t most_idle_;
  const std::function<void(UniqueFd)> ready_;
  const UniqueFd epoll_, wake_;
  std::mutex mutex_;
  bool stopping_ = false;
  struct Idle {
    UniqueFd fd;
    std::uint64_t since = 0;  // counts up: the smallest has been idle longest
  };
  std::uint64_t arrivals_ = 0;
  std::unordered_map<int, Idle> idle_;
};

}  // namespace towermill
