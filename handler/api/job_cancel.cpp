#include "handler/api/job_cancel.h"

#include <utility>
#include <vector>

#include "handler/jobs/job_json.h"
#include "handler/reply/errors.h"
#include "handler/reply/job_result.h"
#include "runner/base/json.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::string_view no_reason = "unexplicited reasons";
constexpr std::size_t most_at_once = 1000;

Response bad(std::string_view sentence) { return error_response(ServerError::bad_request, sentence); }

/// The body's "reason". Error: a 400's sentence.
Result<std::string> reason_in(std::string_view body) {
  if (trim(body).empty()) return std::string(no_reason);
  const auto value = parse_json(body);
  if (!value) return Error{"invalid json: " + value.error().message};
  if (value->kind != JsonKind::object) return Error{"the body must be an object, as {\"reason\": \"…\"}"};
  const JsonMember* reason = value->find("reason");
  if (reason == nullptr || reason->kind == JsonKind::null) return std::string(no_reason);
  if (reason->kind != JsonKind::string) return Error{"reason must be a string"};
  return json_unquote(reason->raw);
}

CancelOrder order_for(const JobQuestion& question, std::string id, const std::string& reason,
                      CancelForce force) {
  const std::string& by = question.viewer.name;
  return {std::move(id), question.workspace, by, reason, question.now, canceled_result(by, reason), force};
}

bool has_ended(CancelOutcome outcome) {
  return outcome == CancelOutcome::canceled || outcome == CancelOutcome::asked;
}

Result<std::vector<std::string>> ids_in(std::string_view body) {
  std::vector<std::string> ids;
  bool sound = true;
  const auto seen = visit_json(body, default_json_depth, [&](const JsonMember& member) {
    sound = sound && member.kind == JsonKind::string && member.key.empty() && ids.size() < most_at_once;
    if (sound) ids.push_back(to_lower(json_unquote(member.raw)));
    return sound;
  });
  if (!seen) return Error{"invalid json: " + seen.error().message};
  if (!sound || !trim(body).starts_with('['))
    return Error{"the body must be an array of at most 1000 job ids"};
  return ids;
}

}  // namespace

JobAnswer cancel_job(const JobQuestion& question, CancelForce force, const Cancel& cancel) {
  const auto reason = reason_in(question.body);
  if (!reason) return bad(reason.error().message);
  const std::string missing = "queued job id " + question.what + " does not exist";
  auto found = find_job(question);
  if (auto* refusal = std::get_if<JobAnswer>(&found))
    return *refusal && (*refusal)->status == 404 ? JobAnswer(no_job(missing)) : std::move(*refusal);
  const std::string& id = std::get<JobRecord>(found).id;
  const auto outcome = cancel(order_for(question, id, *reason, force));
  if (!outcome) return outcome.error();
  if (*outcome == CancelOutcome::unknown) return no_job(missing);
  if (has_ended(*outcome)) return text_response(200, id);
  return text_response(200, "queued job id " + id + " is already completed");
}

JobAnswer cancel_persistent(const JobQuestion& question, const Cancel& cancel) {
  const auto reason = reason_in(question.body);
  if (!reason) return bad(reason.error().message);
  if (auto refusal = refuse_viewer(question.viewer, question.what)) return std::move(*refusal);
  JobFilter filter{.workspace = question.workspace, .statuses = {JobStatus::queued, JobStatus::running}};
  filter.scripts = {question.what};
  filter.count = most_at_once;
  if (!question.viewer.is_known) filter.created_by = {"anonymous"};
  const auto jobs = question.store.list(filter);
  if (!jobs) return jobs.error();
  for (const JobRecord& job : *jobs) {
    const auto outcome = cancel(order_for(question, job.id, *reason, CancelForce::ask));
    if (!outcome) return outcome.error();
  }
  return text_response(200, "");
}

JobAnswer cancel_selection(const JobQuestion& question, const Cancel& cancel) {
  const auto force = question.query.flag("force_cancel");
  if (!force) return bad(force.error().message);
  const auto ids = ids_in(question.body);
  if (!ids) return bad(ids.error().message);
  std::string ended;
  for (const std::string& id : *ids) {
    const auto outcome = cancel(
        order_for(question, id, std::string(no_reason), *force ? CancelForce::take : CancelForce::ask));
    if (!outcome) return outcome.error();
    if (has_ended(*outcome)) ended += (ended.empty() ? "" : ",") + json_quote(id);
  }
  return json_response("[" + ended + "]");
}

JobAnswer wipe_job(const JobQuestion& question) {
  auto found = find_completed(question);
  if (auto* refusal = std::get_if<JobAnswer>(&found)) return std::move(*refusal);
  auto& job = std::get<JobRecord>(found);
  const auto wiped = question.store.wipe(job.id);
  if (!wiped) return wiped.error();
  job.wiped = true;
  job.labels.clear();
  return json_response(job_json(job));
}

}  // namespace towermill
