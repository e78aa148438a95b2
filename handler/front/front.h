#pragma once
// The front: from bytes on a listening socket to exchanges, and back.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "handler/front/connections.h"
#include "handler/front/fastcgi.h"
#include "runner/base/clock.h"
#include "runner/base/thread.h"

namespace towermill {

struct FrontOptions {
  FastCgiOptions fastcgi;  // give_back and break_off are the front's to set
  std::size_t threads;     // read requests and answer what needs no run
  std::size_t most_idle;   // connections kept open without a request
  // At a stop: who has not been accepted yet is left to another server on the same socket.
  bool leave_waiting = false;
};

class Front {
 public:
  using Handle = std::function<void(std::unique_ptr<Exchange>)>;

  /// Serves the listener, which stays the caller's, with `handle` called on any of the front's threads.
  static Result<std::unique_ptr<Front>> start(int listener, FrontOptions options, Handle handle);

  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;
  ~Front();  // stop(), join(); every exchange must have been destroyed

  /// Accepts no more, once what has begun to arrive is handed to the front's threads: waits a moment for who
  /// has connected and sent nothing yet. Thread-safe.
  void stop();

  /// Waits until nothing is being read or handled after a stop(). False: not by then.
  bool wait_until_idle(TimePoint until);

  /// Breaks off what is still being read, and waits for the front's threads. Exchanges handed on before may
  /// still be answered afterwards.
  void join();

 private:
  Front(FrontOptions options, Handle handle);
  void work();
  void serve(UniqueFd connection);

  FrontOptions options_;
  const Handle handle_;
  std::unique_ptr<Connections> connections_;
  std::mutex mutex_;
  std::condition_variable readable_, idle_;
  std::deque<UniqueFd> queue_;
  std::atomic<bool> break_off_ = false;
  std::size_t busy_ = 0;
  bool stopping_ = false;
  std::vector<Thread> listening_, threads_;
};

}  // namespace towermill
