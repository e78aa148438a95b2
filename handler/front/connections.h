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

struct ConnectionsOptions {
  int listener;                         // stays the caller's
  bool leave_waiting;                   // at a stop: who has not been accepted yet is left in the listener
  std::size_t most_idle;                // of more connections the one idle longest is closed
  std::function<void(UniqueFd)> ready;  // takes a readable connection; must not block
};

class Connections {
 public:
  static Result<std::unique_ptr<Connections>> make(ConnectionsOptions options);

  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// Serves on the calling thread until stop(): then hands on what has begun to arrive, and returns.
  void run();

  /// Ends run(); connections that come back are closed. Thread-safe.
  void stop();

  /// Waits for the next request on it. Thread-safe.
  void give_back(UniqueFd connection);

 private:
  Connections(ConnectionsOptions options, UniqueFd epoll, UniqueFd wake);

  void accept_all();
  void hand_on(int fd);
  void hand_on_the_last();
  void wait_for_the_newest();
  void keep_idle(UniqueFd connection, bool is_new);
  void make_room();
  Result<void> watch(int fd);

  const ConnectionsOptions options_;
  const UniqueFd epoll_, wake_;
  std::mutex mutex_;
  bool stopping_ = false;
  struct Idle {
    UniqueFd fd;
    std::uint64_t since = 0;  // counts up: the smallest has been idle longest
    bool is_new = false;      // has had no request yet, and so is about to send one
  };
  std::uint64_t arrivals_ = 0;
  std::unordered_map<int, Idle> idle_;
};

}  // namespace towermill
