#pragma once
// Who may run now and whose turn is next: counts and queues. Not thread-safe, knows no clock.

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "runner/base/clock.h"
#include "runner/pool/run_time.h"
#include "runner/pool/waiter.h"

namespace towermill {

class Turns {
 public:
  struct Bounds {
    std::size_t at_once;
    std::size_t at_once_in_a_workspace;  // 0: no limit of its own
  };
  using Ticket = std::uint64_t;  // counts up: who came earlier has the lower one

  explicit Turns(Bounds bounds);
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;
  ~Turns();

  /// A script that runs, waits, or whose runs still count. Belongs to the Turns, and lives until forget().
  struct Script;
  struct Place {
    std::unique_ptr<Waiter> waiter;
    Hindrance hindrance = Hindrance::none;  // what it came to wait for
    TimePoint since = {};
    Script* script = nullptr;
  };

  /// The script of that claim, from now on with the limits that this claim says.
  Script& script_of(const Claim& claim);
  /// What keeps one more run of it from starting.
  Hindrance hindrance(Script& script, TimePoint now) const;
  /// Whether runs of it wait: a newcomer must not overtake them.
  static bool has_queue(const Script& script);
  /// Whether who waits for it may have to wait for time to pass.
  static bool has_window(const Script& script);

  void start(Script& script);
  /// Of a run that was started, and has taken so long. The script may be gone afterwards.
  void end(Script& script, TimePoint now, Clock::duration took);
  /// To be called for a script of which nothing was started or queued after script_of().
  void forget(Script& script);

  Ticket queue(Place place);  // its script is the one of its waiter's claim
  /// The next whose turn it is and that may run, started; the scripts take turns. nullopt: there is none.
  std::optional<Place> next(TimePoint now);
  bool has_next(TimePoint now);
  /// Takes it out of its queue, unstarted and without its script; nullopt: it is in none any more.
  std::optional<Place> take(Ticket ticket);

  /// The newest waiter of the script with the most, where that of the claim has fewer: its place is the
  /// newcomer's.
  std::optional<Ticket> displaced_by(const Claim& claim) const;
  /// Who has waited longest, and since when.
  std::optional<std::pair<Ticket, TimePoint>> oldest() const;
  /// When time alone makes room for somebody who waits, if that is after `now`.
  std::optional<TimePoint> next_opening(TimePoint now) const;

  /// How long who comes now, and is kept by that, would wait for a turn: by who waits before it, and by how
  /// long runs have taken lately. Whole seconds, 1 to 60.
  std::chrono::seconds expected_wait(const Claim& claim, Hindrance hindrance) const;

  std::size_t running() const { return running_; }
  std::size_t waiting() const { return places_.size(); }

 private:
  std::list<Script*>::iterator first_that_may(TimePoint now);
  Place unqueue(std::map<Ticket, Place>::iterator found);

  using Key = std::pair<std::string, std::string>;  // workspace and path
  struct ByKey {
    using is_transparent = void;
    template <class One, class Other>
    bool operator()(const One& one, const Other& other) const {
      return one.first != other.first ? one.first < other.first : one.second < other.second;
    }
  };

  const Bounds bounds_;
  std::map<Key, std::unique_ptr<Script>, ByKey> scripts_;
  std::map<std::string, std::size_t, std::less<>> of_workspace_;  // runs
  std::map<Ticket, Place> places_;
  std::list<Script*> turns_;  // those with a queue; whose turn was last stands last
  std::size_t running_ = 0;
  RunTime run_time_;  // of all scripts
  Ticket tickets_ = 0;
};

}  // namespace towermill
