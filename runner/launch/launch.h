#pragma once
// Launch → Child: one seam for every way to get a process for a run, be it started now, forked from a warm
// interpreter or standing by. Whoever drives a Child cannot tell how it came to be.

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/fd.h"
#include "runner/base/result.h"
#include "runner/languages/language.h"
#include "runner/launch/orphans.h"
#include "runner/launch/work_dir.h"
#include "runner/protocol/limits.h"
#include "runner/protocol/messages.h"

namespace towermill {

/// What to start, and where. Everything that the child will be is decided here, before any fork.
struct Launch {
  const Plan* plan = nullptr;                 // outlives the call of start()
  std::vector<std::string> environment = {};  // all of it, "NAME=value", no name twice
  std::size_t shared_environment = 0;  // how many at its beginning are the same for all runs of the script
  std::string work_dir = {};           // exists, private to the run
  std::string spill_dir = {};          // for input too large for memory
  Limits limits = {};
  Orphans::Living* living = nullptr;  // the run, for who has a process that the sweep might take
  // Not empty: a process may serve runs of the same key one after the other.
  std::string reuse_key = {};
};

/// A run for which there may be a process that has its script already.
struct FurtherRun {
  const RunSpec& spec;
  const Language& language;
  WorkDirs& folders;  // outlives the process
};

/// How a run came to its process.
enum class Way { start, fork, standby, reuse };
inline constexpr std::size_t way_count = 4;
std::string_view name_of(Way way);

/// One process of a run, leader of a session and process group of its own. Owns its descriptors, and the
/// process: destroyed before reap(), it ends the whole group.
class Child {
 public:
  virtual ~Child() = default;

  pid_t pid = -1;    // also the number of its group and session, until reap() has returned
  UniqueFd pidfd;    // readable when the process has ended
  UniqueFd channel;  // the run protocol's socket; empty where the plan has no frame
  UniqueFd out;      // its stdout, non-blocking; with a channel its stderr too
  UniqueFd err;      // its stderr, non-blocking; empty with a channel

  Way way = Way::start;
  std::string place_frame;  // to be sent before the plan's frames; empty where the launch has told it all
  bool knows_script = false;
  AfterAnswer after_answer = AfterAnswer::ends;
  // Where the run works. One who takes it back with the process leaves it empty.
  std::optional<WorkDir> folder;
  // Its answer may be waited for in a recv(), which gives EAGAIN once that takes more than a moment.
  bool channel_waits = false;

  /// Takes the exit status of a process that has ended; from then on `pid` may belong to anybody. Call once.
  virtual ExitStatus reap() = 0;

  /// The run takes longer than most: time for what is not worth its price before. Called once at most.
  virtual void has_lasted() {}

  /// For one that stays, has answered and had its log read: it goes back to where it came from, and may not
  /// be used any more.
  virtual void give_back() {}
};

/// One that has served runs, and what it is sent for this one.
struct Further {
  std::unique_ptr<Child> child;  // with its folder
  Plan plan;
};

class Launcher {
 public:
  virtual ~Launcher() = default;
  /// A process that is kept for such runs; nullopt: there is none now. Thread-safe.
  virtual std::optional<Further> take_kept(const FurtherRun&) { return std::nullopt; }
  /// Thread-safe, but only for threads that live as long as the process (PR_SET_PDEATHSIG follows the
  /// thread). Error: what could not be made or executed, for the operator's log.
  virtual Result<std::unique_ptr<Child>> start(const Launch& launch) = 0;
};

/// Starts a fresh process each time, with Boost.Process and vfork.
std::unique_ptr<Launcher> make_spawn_launcher();

}  // namespace towermill
