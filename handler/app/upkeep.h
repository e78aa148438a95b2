#pragma once
// Keeps what outlives the server from growing for ever.

#include <condition_variable>
#include <mutex>

#include "handler/app/setup.h"
#include "handler/config/settings.h"
#include "handler/jobs/jobs.h"
#include "handler/observe/log.h"
#include "runner/base/thread.h"

namespace towermill {

/// Prunes versions, stored copies and what is known of deliveries, unless that was done within the last day:
/// for a process that ends too soon to have an Upkeep. Gives up after some seconds; the next day goes on.
void prune_daily(const Settings& settings, const StateFolders& folders, Jobs& jobs, const Log& log);

class Upkeep {
 public:
  /// Prunes the same now, and every quarter of an hour until it is destroyed, on a thread
  /// of its own. Folders that are empty in name are left out.
  Upkeep(const Settings& settings, const StateFolders& folders, Jobs& jobs, const Log& log);
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;
  ~Upkeep();

 private:
  void work();
  bool is_over();

  const Settings& settings_;
  const StateFolders& folders_;
  Jobs& jobs_;
  const Log& log_;
  std::mutex mutex_;
  std::condition_variable ending_;
  bool over_ = false;
  Thread thread_;  // last: it uses the others
};

}  // namespace towermill
