#pragma once
// Who listens and who waits: one thread keeps the listener and every idle connection in an epoll set, so that
// a kept-alive connection costs no worker. A connection with something to read is handed on, and may come
// back.

#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "runner/base/fd.h"
#include "runner/base/result.h"

namespace towermill {

class Connections {
 public:
  /// The listener stays the caller's. `ready` takes a readable connection; it must not block.
  static Result<std::unique_ptr<Connections>> make(int listener, std::function<void(UniqueFd)> ready);

  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// Serves until stop(), on the calling thread.
  void run();

  /// Accepts no more and closes what is idle; connections that come back are closed. Thread-safe.
  void stop();

  /// Waits for the next request on it. Thread-safe.
  void give_back(UniqueFd connection);

 private:
  Connections(int listener, std::function<void(UniqueFd)> ready, UniqueFd epoll, UniqueFd wake);

  void accept_all();
  void hand_on(int fd);
  Result<void> watch(int fd);

  const int listener_;
  const std::function<void(UniqueFd)> ready_;
  const UniqueFd epoll_, wake_;
  std::mutex mutex_;
  bool stopping_ = false;
  std::unordered_map<int, UniqueFd> idle_;
};

}  // namespace towermill
