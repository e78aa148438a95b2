#pragma once
// Launch → Child: one seam for every way to get a process for a run, be it started now, forked from a warm
// interpreter or standing by. Whoever drives a Child cannot tell how it came to be.

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "runner/base/fd.h"
#include "runner/base/result.h"
#include "runner/languages/language.h"
#include "runner/protocol/limits.h"

namespace towermill {

/// What to start, and where. Everything that the child will be is decided here, before any fork.
struct Launch {
  const Plan* plan = nullptr;            // outlives the call of start()
  std::vector<std::string> environment;  // all of it, "NAME=value"
  std::string work_dir;                  // exists, private to the run
  std::string spill_dir;                 // for input too large for memory
  Limits limits;
};

/// One process of a run, leader of a session and process group of its own. Owns its descriptors, and the
/// process: destroyed before reap(), it ends the whole group.
class Child {
 public:
  virtual ~Child() = default;

  pid_t pid = -1;    // also the number of its group and session, until reap() has returned
  UniqueFd pidfd;    // readable when the process has ended
  UniqueFd channel;  // the run protocol's socket, non-blocking; empty where the plan has no frame
  UniqueFd out;      // its stdout, non-blocking
  UniqueFd err;      // its stderr, non-blocking

  /// Takes the exit status of a process that has ended; from then on `pid` may belong to anybody. Call once.
  virtual ExitStatus reap() = 0;
};

class Launcher {
 public:
  virtual ~Launcher() = default;
  /// Thread-safe, but only for threads that live as long as the process (PR_SET_PDEATHSIG follows the
  /// thread). Error: what could not be made or executed, for the operator's log.
  virtual Result<std::unique_ptr<Child>> start(const Launch& launch) = 0;
};

/// Starts a fresh process each time, with Boost.Process and vfork.
std::unique_ptr<Launcher> make_spawn_launcher();

}  // namespace towermill
