#pragma once
// The front: from bytes on a listening socket to exchanges, and back. Each request stays on the thread that
// its first byte woke, until it is done with.

#include <atomic>
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
  FastCgiOptions fastcgi;    // give_back and break_off are the front's to set
  std::size_t most_threads;  // as many requests may be in hand; each is started when it is first needed
  std::size_t most_idle;     // connections kept open without a request
  // At a stop: who has not been accepted yet is left to another server on the same socket.
  bool leave_waiting = false;
  std::function<void()> called = {};  // what a thread does that call_a_thread() has found
};

class Front {
 public:
  using Handle = std::function<void(std::unique_ptr<Exchange>)>;

  /// Serves the listener, which stays the caller's, with `handle` called on any of the front's threads, which
  /// it may keep for as long as it likes. They live until join().
  static Result<std::unique_ptr<Front>> start(int listener, FrontOptions options, Handle handle);

  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;
  ~Front();  // stop(), join(); every exchange must have been destroyed

  /// Has one of the threads, as soon as one is free, do what `called` says. Thread-safe.
  void call_a_thread() const { connections_->call(); }

  /// Accepts no more, once what has begun to arrive is with the front's threads: waits a moment for who has
  /// connected and sent nothing yet.
  void stop();

  /// Waits until nothing is being read or handled after a stop(). False: not by then.
  bool wait_until_idle(TimePoint until) { return connections_->wait_until_idle(until); }

  /// Breaks off what is still being read. What is answered from now on has to be taken at once.
  void break_off() { break_off_ = true; }

  /// break_off(), then waits for the front's threads, and so for what they handle.
  void join();

 private:
  Front(FrontOptions options, Handle handle);
  void work();
  void serve(Arrival arrival);
  void have_one_more();

  FrontOptions options_;
  const Handle handle_;
  std::unique_ptr<Connections> connections_;
  std::atomic<bool> break_off_ = false;
  std::atomic<std::size_t> waiting_ = 0;  // threads
  std::mutex mutex_;
  bool ending_ = false;
  std::vector<Thread> threads_;
};

}  // namespace towermill
