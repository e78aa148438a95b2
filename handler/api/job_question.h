#pragma once
// A request about jobs that are, from somebody who may ask: what the files job_*.cpp answer.

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "handler/auth/scopes.h"
#include "handler/http/message.h"
#include "handler/http/query.h"
#include "handler/jobs/job_store.h"

namespace towermill {

/// Who asks, as far as it decides which jobs are shown.
struct Viewer {
  std::string name;      // of a cancel's canceled_by
  bool is_known = true;  // false: only the jobs of anonymous are shown
  /// Of a token that may run some scripts, and read no other jobs than theirs; nullopt: all are shown.
  std::optional<Scopes> runs = {};
};

struct JobQuestion {
  JobStore& store;
  const Viewer& viewer;
  const std::string& workspace;
  const std::string& what;  // the job's id, or what else the path names
  const Query& query;
  std::string_view body;  // of a POST
  Milliseconds now;
};

/// Error: the store's.
using JobAnswer = Result<Response>;

Response json_response(std::string json);
/// 404: "Not found: …".
Response no_job(std::string_view sentence);

/// 403 to whom this script's jobs are not shown.
std::optional<Response> refuse_viewer(const Viewer& viewer, const std::string& script_path);

/// The job, of this workspace and one that may be seen; or the refusal: 404 with `missing` and the id, 400 to
/// a stranger, 403.
std::variant<JobRecord, JobAnswer> find_job(const JobQuestion& question,
                                            std::string_view missing = "Job not found at name ");
/// The same of a job that is over.
std::variant<JobRecord, JobAnswer> find_completed(const JobQuestion& question);

}  // namespace towermill
