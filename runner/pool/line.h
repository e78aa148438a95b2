#pragma once
// How many at once, and who waits: a bounded line in front of a fixed number of run threads. A request in the
// line costs memory, not a thread.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "runner/base/clock.h"
#include "runner/base/thread.h"

namespace towermill {

/// Something that waits for its turn. Exactly one of go() and give_up() is called, once.
class Waiter {
 public:
  virtual ~Waiter() = default;
  /// Its turn has come; `waited_ms` in the line. On a thread that lives as long as the line.
  virtual void go(double waited_ms) = 0;
  /// It has waited too long, or the line is closed. On whichever thread finds that out.
  virtual void give_up() = 0;
  /// Whether nobody would notice if it gave up: such a one makes room in a full line.
  virtual bool has_left() const = 0;
};

class Line {
 public:
  struct Bounds {
    std::size_t at_once;
    std::size_t waiting;
    std::chrono::milliseconds longest_wait;
  };

  /// Starts no thread for runs before there is one: as many as there ever were runs at once, which then stay.
  explicit Line(Bounds bounds);
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line();  // close(), then joins

  /// Takes the waiter, or returns it: the line is full or closed. Throws if the system denies the first
  /// thread. Thread-safe.
  [[nodiscard]] std::unique_ptr<Waiter> join(std::unique_ptr<Waiter> waiter);

  /// Gives up all that still wait; those that run, run on. Thread-safe.
  void close();

  struct Load {
    std::size_t running, waiting;
  };
  Load load() const;
  /// Waits until nothing runs and nothing waits. False: not by then.
  bool wait_until_idle(TimePoint until);

 private:
  struct Place {
    std::unique_ptr<Waiter> waiter;
    TimePoint since;
  };
  void serve();
  void turn_away_the_late();
  bool is_full() const;
  void have_a_thread();
  std::deque<Place> take_those_who_left();
  bool somebody_waits() const { return running_ == runners_.size() && !places_.empty(); }

  const Bounds bounds_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_, idle_, waiting_;
  std::deque<Place> places_;
  std::size_t running_ = 0;
  bool closed_ = false;
  std::vector<Thread> runners_;
  std::vector<Thread> late_;  // one, or none
};

}  // namespace towermill
