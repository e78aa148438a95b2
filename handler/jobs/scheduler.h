#pragma once
// Has scripts run when their schedules say so: the next run of each is a job that waits in the queue.

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "handler/jobs/jobs.h"
#include "handler/observe/log.h"
#include "handler/workspace/schedule.h"
#include "handler/workspace/workspace.h"
#include "runner/base/thread.h"

namespace towermill {

/// The id of the job that a schedule, as it is written, has at a moment: whoever adds it, and however often,
/// there is one. Its moment can be told from it.
std::string scheduled_job_id(const std::string& workspace, const ScheduleFile& of, Milliseconds moment);

/// The Windmill name of who starts a schedule's jobs: "schedule-f-shop-nightly".
std::string schedule_user(const std::string& path);

/// Any number of processes may have one on the same store. What was missed while none was there is one job,
/// the one that waited: it is run late, and then the next moment counts.
class Scheduler {
 public:
  /// Begins at once, on a thread of its own. All outlive it.
  Scheduler(const Workspaces& workspaces, Jobs& jobs, const Log& log);
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  ~Scheduler();

 private:
  /// A schedule and the job that stands for it now.
  struct Planned {
    const Workspace* workspace;
    ScheduleFile file;
    std::string job_id = {};  // empty: none yet
    Milliseconds due = 0;
  };

  void work();
  void look();
  bool read_files();
  void tell(const std::string& workspace, const ScheduleFile& file) const;
  bool take_over(const Workspace& workspace);
  Planned* whose(const JobRecord& job);
  void drop(const JobRecord& job);
  bool is_settled(const Planned& planned);
  void plan_next(Planned& planned);

  const Workspaces& workspaces_;
  Jobs& jobs_;
  const Log& log_;
  std::vector<Planned> planned_;
  std::vector<std::string> seen_;  // of all files: what they say
  bool taken_over_ = false;        // what waits in the queue is known
  int looks_ = 0;
  std::mutex mutex_;
  std::condition_variable ending_;
  bool over_ = false;
  Thread thread_;  // last: it uses the others
};

}  // namespace towermill
