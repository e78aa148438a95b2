#pragma once
// How many at once, and who waits: a run that may start does so on the thread that brings it. Others wait in
// a bounded line, which costs memory and not a thread, and are run by a thread whose own run has ended.

#include <array>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "runner/base/clock.h"
#include "runner/base/thread.h"
#include "runner/pool/hang_ups.h"
#include "runner/pool/turns.h"
#include "runner/pool/waiter.h"

namespace towermill {

class Line {
 public:
  struct Bounds {
    std::size_t at_once;
    std::size_t waiting;
    std::chrono::milliseconds longest_wait;
    std::size_t at_once_in_a_workspace = 0;  // 0: no limit of its own
  };

  /// Where time alone makes room for who waits, `call_a_thread` is called, in any thread, and some thread is
  /// to call serve(). Starts its one thread when first somebody waits.
  Line(Bounds bounds, std::function<void()> call_a_thread);
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line();  // close(), then joins; nothing may run any more

  /// Runs the waiter here and now, or lets it wait, or has it give up. Others whose turn has come meanwhile
  /// may be run here too. Only for threads that live as long as the line. Thread-safe.
  void join(std::unique_ptr<Waiter> waiter);

  /// Runs those who wait and may run, until there is none. For the same threads.
  void serve();

  /// Gives up all that still wait, and who comes; those that run, run on. Thread-safe.
  void close();

  struct Load {
    std::size_t running, waiting;
    std::array<std::uint64_t, refusal_count> refused;  // since the start, by Refusal
  };
  Load load() const;
  /// Waits until nothing runs and nothing waits. False: not by then.
  bool wait_until_idle(TimePoint until);

 private:
  using Place = Turns::Place;
  /// Who gets no turn; told without the lock.
  struct Refused {
    std::unique_ptr<Waiter> waiter;
    NoTurn no_turn;
  };
  using AllRefused = std::vector<Refused>;

  std::optional<Place> admit(std::unique_ptr<Waiter> waiter, AllRefused& refused);
  void let_wait(Place place, AllRefused& refused);
  bool make_room(const Claim& newcomer, AllRefused& refused);
  bool have_a_watch();
  void watch();
  void refuse(Place place, Refusal why, AllRefused& refused);
  void refuse(Turns::Ticket ticket, Refusal why, AllRefused& refused);
  void refuse_the_late(TimePoint now, AllRefused& refused);
  void run(std::optional<Place> place);
  std::optional<Place> after(const Place& place, TimePoint begun);
  std::optional<Place> next(TimePoint now);
  TimePoint next_event(TimePoint now) const;
  void tell_if_idle();

  const Bounds bounds_;
  const std::function<void()> call_a_thread_;
  mutable std::mutex mutex_;
  std::condition_variable idle_;
  Turns turns_;
  std::array<std::uint64_t, refusal_count> refused_{};
  bool closed_ = false;
  std::optional<HangUps> hang_ups_;
  std::vector<Thread> watch_;  // one, once somebody has waited
};

}  // namespace towermill
