#pragma once
// The front: from bytes on a listening socket to exchanges, and back.

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "handler/front/connections.h"
#include "handler/front/fastcgi.h"
#include "runner/base/thread.h"

namespace towermill {

struct FrontOptions {
  FastCgiOptions fastcgi;  // give_back is the front's to set
  std::size_t threads;     // read requests and answer what needs no run
};

class Front {
 public:
  using Handle = std::function<void(std::unique_ptr<Exchange>)>;

  /// Serves the listener, which stays the caller's, with `handle` called on any of the front's threads.
  static Result<std::unique_ptr<Front>> start(int listener, FrontOptions options, Handle handle);

  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;
  ~Front();  // stop(), join(); every exchange must have been destroyed

  /// Accepts no more. Requests that have begun to arrive are still read and handled. Thread-safe.
  void stop();

  /// Waits for the front's threads after a stop(). Exchanges handed on before may still be answered
  /// afterwards.
  void join() { threads_.clear(); }

 private:
  Front(FrontOptions options, Handle handle);
  void work();

  FrontOptions options_;
  const Handle handle_;
  std::unique_ptr<Connections> connections_;
  std::mutex mutex_;
  std::condition_variable readable_;
  std::deque<UniqueFd> queue_;
  bool stopping_ = false;
  std::vector<Thread> threads_;
};

}  // namespace towermill
