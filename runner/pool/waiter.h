#pragma once
// A run that asks for its turn: what it counts against, and what it hears.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace towermill {

/// What a run counts against. The names are the waiter's.
struct Claim {
  std::string_view workspace;
  std::string_view script;           // its path there
  std::size_t concurrent_limit = 0;  // of the script; 0: none
  std::chrono::seconds window{0};    // a run of the script counts for so long after its end
};

/// What keeps a run from starting now.
enum class Hindrance { none, runs_at_once, workspace_runs_at_once, concurrent_limit };

enum class Refusal {
  no_room,   // the line is full, or the place went to a script with fewer in it
  too_late,  // its turn has not come in time
  left,      // its client has hung up while it waited
  closed,
};
inline constexpr std::size_t refusal_count = 4;

/// What one who gets no turn is told.
struct NoTurn {
  Refusal why;
  Hindrance hindrance;             // what kept it from one
  std::chrono::seconds come_back;  // when it may be worth a try: 1 to 60, an estimate
};

/// Exactly one of go() and give_up() is called, once.
class Waiter {
 public:
  virtual ~Waiter() = default;
  /// The same at every call.
  virtual Claim claim() const = 0;
  /// A socket whose hang-up means that nobody wants the run any more; -1: that cannot be seen.
  virtual int client_fd() const = 0;
  /// Its turn has come, `waited_ms` in the line: 0 where it did not have to wait.
  virtual void go(double waited_ms) = 0;
  /// It gets no turn. On whichever thread finds that out.
  virtual void give_up(const NoTurn& no_turn) = 0;
};

}  // namespace towermill
