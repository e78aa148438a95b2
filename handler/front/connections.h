#pragma once
// Who listens and who waits: the listener and every idle connection are in one epoll set, at which any number
// of threads wait. One event wakes one of them, the one that came last, and that one goes on with it: nothing
// is handed from thread to thread, and a kept-alive connection costs no thread.

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string_view>

#include "handler/front/idle.h"
#include "runner/base/clock.h"
#include "runner/base/fd.h"
#include "runner/base/result.h"

namespace towermill {

struct ConnectionsOptions {
  int listener;           // stays the caller's
  bool leave_waiting;     // at a stop: who has not been accepted yet is left in the listener
  std::size_t most_idle;  // of more connections the one silent longest is closed
};

/// A connection with a request on it, and how that begins: it has been read already.
struct Arrival {
  UniqueFd connection;
  std::string_view first;
};

class Connections {
 public:
  static Result<std::unique_ptr<Connections>> make(ConnectionsOptions options);

  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  enum class Event { arrival, called, over };
  /// Room for the first bytes; a web server's whole request mostly fits.
  using FirstBytes = std::array<char, 8192>;

  /// Waits for the next event. After an arrival, which is whole as long as `room` is left alone, served() is
  /// due.
  Event next(Arrival& arrival, FirstBytes& room);
  void served();

  /// Waits for the next request on it; after a stop() it is closed, unless that has come already.
  /// Thread-safe.
  void give_back(UniqueFd connection);

  /// Has one thread return from next(). Thread-safe.
  void call() const;

  /// Accepts no more. Whoever has connected before, and has sent something, still arrives; waits a moment for
  /// those who have sent nothing yet.
  void stop();
  /// After a stop(): waits until all that has arrived is served. False: not by then.
  bool wait_until_idle(TimePoint until);
  /// From now on every next() is over.
  void end();

 private:
  Connections(ConnectionsOptions options, UniqueFd epoll, UniqueFd call, UniqueFd end);

  bool accept_one(Arrival& arrival, FirstBytes& room);
  bool take(int fd, Arrival& arrival, FirstBytes& room);
  bool begins(Idle idle, Arrival& arrival, FirstBytes& room);
  void accept_the_last();
  void wait_for_the_newest();
  void keep_idle(Idle idle);
  void close_one_silent();
  void close(Idle idle) const;
  bool watch(int fd, unsigned events) const;

  const ConnectionsOptions options_;
  const UniqueFd epoll_, call_, end_;
  std::shared_mutex door_;  // shared by who accepts: the next one is called before this one is through
  bool accepting_ = true;
  std::mutex mutex_;
  std::condition_variable all_served_;
  IdleConnections idle_;
  std::atomic<std::size_t> busy_ = 0;  // arrivals that are not served yet
  std::atomic<bool> stopping_ = false, ended_ = false;
};

}  // namespace towermill
