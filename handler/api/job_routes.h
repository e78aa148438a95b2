#pragma once
// The endpoints about jobs that are: which path means which.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace towermill {

enum class JobDeed {
  get,
  get_completed,
  get_result,
  get_result_maybe,
  get_timing,
  get_logs,
  get_logs_tail,
  get_args,
  get_root_job_id,
  get_update,
  list,
  list_queue,
  list_completed,
  count_queue,
  count_completed,
  count_jobs,
  queue_position,
  scheduled_for,
  cancel,
  force_cancel,
  cancel_persistent,
  cancel_selection,
  wipe,
};

/// To whom a path answers: jobs_u/ also to who has no token.
enum class Door { all, known };

struct JobRoute {
  std::string workspace;
  JobDeed deed;
  Door door;
  std::string_view methods;  // "GET, HEAD, OPTIONS"
  std::string what;          // the job's id, the script's path, the moment; "" where the path names nothing
};

/// nullopt: the path is none of them.
std::optional<JobRoute> find_job_route(const std::vector<std::string>& segments);

}  // namespace towermill
