#include "handler/api/job_question.h"

#include <utility>

#include "handler/auth/permissions.h"
#include "handler/reply/errors.h"
#include "runner/base/text.h"

namespace towermill {

Response json_response(std::string json) {
  return {200, {{"Content-Type", "application/json"}}, std::move(json)};
}

Response no_job(std::string_view sentence) { return error_response(ServerError::job_not_found, sentence); }

std::optional<Response> refuse_viewer(const Viewer& viewer, const std::string& script_path) {
  if (!viewer.runs || missing_scope(*viewer.runs, Permission::run_script, script_path).empty())
    return std::nullopt;
  return error_response(ServerError::permission_denied,
                        "Required scope: " + missing_scope(Scopes(), Permission::read_jobs));
}

std::variant<JobRecord, JobAnswer> find_job(const JobQuestion& question, std::string_view missing) {
  auto found = question.store.get(to_lower(question.what));
  if (!found) return JobAnswer(found.error());
  if (!*found || (*found)->workspace != question.workspace)
    return JobAnswer(no_job(std::string(missing) + question.what));
  if (!question.viewer.is_known && (*found)->created_by != "anonymous")
    return JobAnswer(error_response(ServerError::bad_request,
                                    "As a non logged in user, you can only see jobs ran by anonymous users"));
  if (auto refusal = refuse_viewer(question.viewer, (*found)->script_path))
    return JobAnswer(std::move(*refusal));
  return std::move(**found);
}

std::variant<JobRecord, JobAnswer> find_completed(const JobQuestion& question) {
  constexpr std::string_view missing = "Completed Job not found at name ";
  auto found = find_job(question, missing);
  const auto* job = std::get_if<JobRecord>(&found);
  if (job != nullptr && !is_over(job->status)) return JobAnswer(no_job(std::string(missing) + question.what));
  return found;
}

}  // namespace towermill
