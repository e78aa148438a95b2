#pragma once
// What a caller asks of a job besides its args: reference section 1a.

#include <cstdint>
#include <optional>
#include <string>

#include "handler/http/query.h"
#include "handler/jobs/job.h"
#include "handler/jobs/job_record.h"
#include "runner/base/result.h"

namespace towermill {

struct AskedJob {
  std::string id;  // the caller's choice; empty: none
  std::optional<Milliseconds> scheduled_for = {};
  std::string parent_job = {}, root_job = {}, tag = {};
  std::int64_t priority = 0, timeout_s = 0;  // 0: none asked for
  std::optional<std::int64_t> queue_limit = {};
  bool visible_to_owner = true;
};

/// Error: a 400's sentence.
Result<AskedJob> asked_job_in(const Query& query, Milliseconds now);

/// Milliseconds since 1970.
Milliseconds now_ms();

/// What is to be kept of a job that is to run. Times and what the caller asked are filled in.
JobRecord record_of(const Job& job, const AskedJob& asked, Milliseconds now);

/// Of a job that no caller asks for, of the version of the script that is there when it is run; the id and
/// who has created it are left out.
JobRecord record_of_newest(const Workspace& workspace, const std::string& script_path);

/// Says of a job that it came by a custom route, not as a webhook.
void came_by_route(JobRecord& job, const std::string& trigger_path);

}  // namespace towermill
