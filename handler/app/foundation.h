#pragma once
// What a process that runs scripts for as long as it is told stands on, made before any thread is started.

#include <memory>

#include "handler/app/setup.h"
#include "handler/app/signals.h"
#include "runner/base/fd.h"
#include "runner/launch/jobs_dir.h"
#include "runner/launch/orphans.h"

namespace towermill {

struct Foundation {
  Signals signals;
  std::unique_ptr<Orphans> orphans;
  StateFolders folders;
  JobsDir jobs;
  Workspaces workspaces;
  UniqueFd stop;  // readable: runs are to end

  static Result<Foundation> lay(const Settings& settings);
};

void tell_of_missing(const FoundTools& found, const Log& log);

/// Waits for a signal to stop, sweeping meanwhile: orphans of this process, and what others that died have
/// left.
int wait_for_stop(Foundation& base);

}  // namespace towermill
