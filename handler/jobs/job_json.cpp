#include "handler/jobs/job_json.h"

#include <algorithm>

#include "handler/jobs/job_time.h"
#include "runner/base/json.h"
#include "runner/base/json_members.h"

namespace towermill {

namespace {

void add_moment(JsonMembers& json, std::string_view name, const std::optional<Milliseconds>& moment) {
  if (moment) json.text(name, moment_text(*moment));
}

void add_args(JsonMembers& json, const std::optional<std::string>& args) {
  if (!args) {
    json.add("args", "null");
  } else {
    json.add("args", args->size() > shown_json_bytes ? R"({"reason":"WINDMILL_TOO_BIG"})" : *args);
  }
}

void add_result(JsonMembers& json, const std::optional<std::string>& result) {
  if (!result) return;
  json.add("result", result->size() > shown_json_bytes ? R"("WINDMILL_TOO_BIG")" : *result);
}

void add_queued(JsonMembers& json, const JobRecord& job) {
  json.text("scheduled_for", moment_text(job.scheduled_for));
  add_moment(json, "started_at", job.started_at);
  json.flag("running", job.status == JobStatus::running);
  json.flag("same_worker", false);
  json.number_if_any("timeout", job.timeout_s);
}

void add_completed(JsonMembers& json, const JobRecord& job, const JobParts& parts) {
  // One that was cancelled in the queue has no start of its own.
  json.text("started_at", moment_text(job.started_at.value_or(job.completed_at.value_or(job.created_at))));
  add_moment(json, "completed_at", job.completed_at);
  json.number("duration_ms", job.duration_ms);
  json.flag("success", job.status == JobStatus::success || job.status == JobStatus::skipped);
  json.flag("is_skipped", job.status == JobStatus::skipped);
  json.flag("deleted", job.wiped);
  add_result(json, parts.result);
}

void add_common(JsonMembers& json, const JobRecord& job) {
  json.text_if_any("script_path", job.script_path).text_if_any("script_hash", job.script_hash);
  json.flag("canceled", job.status == JobStatus::canceled || !job.canceled_by.empty());
  json.text_if_any("canceled_by", job.canceled_by).text_if_any("canceled_reason", job.canceled_reason);
  json.text("job_kind", job.kind).text_if_any("language", job.language).text("tag", job.tag);
  json.number_if_any("priority", job.priority);
  json.text("permissioned_as", job.owner).text("email", job.email);
  json.flag("visible_to_owner", job.visible_to_owner).flag("is_flow_step", false);
  if (job.trigger_kind == "schedule") json.text_if_any("schedule_path", job.trigger_path);
  json.text_if_any("trigger_kind", job.trigger_kind).text_if_any("worker", job.worker);
  json.number_if_any("mem_peak", job.memory_peak_kib);
  if (job.preprocessed) json.flag("preprocessed", true);
  if (job.retries > 0) json.flag("is_retry", true);
  if (!job.labels.empty()) json.add("labels", job.labels);
  if (job.started_at)
    json.number("self_wait_time_ms",
                std::max<Milliseconds>(0, *job.started_at - std::max(job.created_at, job.scheduled_for)));
}

}  // namespace

std::string job_json(const JobRecord& job, const JobParts& parts) {
  JsonMembers json;
  json.text("type", is_over(job.status) ? "CompletedJob" : "QueuedJob");
  json.text("id", job.id).text("workspace_id", job.workspace);
  json.text_if_any("parent_job", job.parent_job).text_if_any("root_job", job.root_job);
  json.text("created_by", job.created_by).text("created_at", moment_text(job.created_at));
  if (is_over(job.status)) {
    add_completed(json, job, parts);
  } else {
    add_queued(json, job);
  }
  add_args(json, parts.args);
  if (parts.logs) json.text("logs", end_of_text(*parts.logs, shown_log_bytes));
  add_common(json, job);
  return std::move(json).object();
}

std::string labels_in(std::string_view result) {
  constexpr std::string_view name = "wm_labels";
  if (result.find(name) == std::string_view::npos) return "";
  const auto value = parse_json(result, made_json_depth, JsonArrays::closed);
  const JsonMember* found = value && value->kind == JsonKind::object ? value->find(name) : nullptr;
  if (found == nullptr || found->kind != JsonKind::array) return "";
  std::string labels;
  const auto seen = visit_json(found->raw, made_json_depth, [&](const JsonMember& label) {
    if (label.kind == JsonKind::string)
      labels += (labels.empty() ? "" : ",") + json_quote(json_unquote(label.raw));
    return true;
  });
  return seen && !labels.empty() ? "[" + labels + "]" : "";
}

std::string_view end_of_text(std::string_view utf8, std::size_t most_bytes) {
  if (utf8.size() <= most_bytes) return utf8;
  std::size_t begin = utf8.size() - most_bytes;
  while (begin < utf8.size() && (static_cast<unsigned char>(utf8[begin]) & 0xc0U) == 0x80U) ++begin;
  return utf8.substr(begin);
}

}  // namespace towermill
