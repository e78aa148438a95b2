#include "handler/api/job_read.h"

#include <optional>
#include <utility>

#include "handler/jobs/job_json.h"
#include "handler/jobs/job_time.h"
#include "handler/reply/errors.h"
#include "runner/base/json.h"
#include "runner/base/json_members.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::string_view colours_hint =
    R"(to remove ansi colors, use: | sed 's/\x1B\[[0-9;]\{1,\}[A-Za-z]//g')";

using Text = Result<std::optional<std::string>>;

Result<bool> is_asked(const JobQuestion& question, std::string_view name) {
  return question.query.flag(name);
}

/// The whole job, as much of it as is shown.
JobAnswer shown(const JobQuestion& question, const JobRecord& job) {
  const auto no_logs = is_asked(question, "no_logs");
  if (!no_logs) return error_response(ServerError::bad_request, no_logs.error().message);
  JobParts parts;
  Text args = question.store.args_of(job.id);
  Text result = is_over(job.status) ? question.store.result_of(job.id) : Text(std::nullopt);
  Text logs = *no_logs ? Text(std::nullopt) : question.store.log_of(job.id);
  for (const Text* text : {&args, &result, &logs})
    if (!*text) return text->error();
  return json_response(job_json(job, {std::move(*args), std::move(*result), std::move(*logs)}));
}

/// Of an array by its place, of an object by its name.
std::optional<JsonMember> member_at(std::string_view json, const std::string& key) {
  std::optional<JsonMember> found;
  const auto value = parse_json(json, made_json_depth, JsonArrays::closed);
  if (!value) return std::nullopt;
  if (value->kind == JsonKind::object) {
    if (const JsonMember* member = value->find(key)) found = *member;
  } else if (value->kind == JsonKind::array) {
    auto left = to_integer(key).value_or(-1);
    (void)visit_json(value->raw, made_json_depth, [&](const JsonMember& element) {
      if (left-- != 0) return left >= 0;
      found = element;
      return false;
    });
  }
  return found;
}

JobAnswer text_of(const JobQuestion& question, const JobRecord& job,
                  Text (JobStore::*what)(const std::string&),
                  const std::function<Response(const std::string&)>& answer) {
  const Text text = (question.store.*what)(job.id);
  if (!text) return text.error();
  return answer(text->value_or(""));
}

/// What an answer to get_result_maybe says.
struct Maybe {
  std::optional<bool> started, success;
  bool completed = false;
  std::string result = "null";
};

std::string to_json(const Maybe& maybe) {
  const auto flag = [](const std::optional<bool>& set) { return !set ? "null" : *set ? "true" : "false"; };
  JsonMembers json;
  json.add("started", flag(maybe.started)).add("success", flag(maybe.success));
  json.flag("completed", maybe.completed).add("result", maybe.result);
  return std::move(json).object();
}

}  // namespace

std::string value_at(std::string_view json, std::string_view path) {
  for (const std::string& key : split(path, '.')) {
    const auto member = member_at(json, key);
    if (!member) return "null";
    json = member->raw;
  }
  return std::string(json);
}

JobAnswer get_job(const JobQuestion& question) {
  auto found = find_job(question);
  if (auto* refusal = std::get_if<JobAnswer>(&found)) return std::move(*refusal);
  return shown(question, std::get<JobRecord>(found));
}

JobAnswer get_completed_job(const JobQuestion& question) {
  auto found = find_completed(question);
  if (auto* refusal = std::get_if<JobAnswer>(&found)) return std::move(*refusal);
  return shown(question, std::get<JobRecord>(found));
}

JobAnswer get_result(const JobQuestion& question) {
  auto found = find_completed(question);
  if (auto* refusal = std::get_if<JobAnswer>(&found)) return std::move(*refusal);
  Text result = question.store.result_of(std::get<JobRecord>(found).id);
  if (!result) return result.error();
  std::string json = std::move(*result).value_or("null");
  if (const auto path = question.query.get("json_path"); path && !path->empty()) json = value_at(json, *path);
  return json_response(std::move(json));
}

JobAnswer get_result_maybe(const JobQuestion& question) {
  const auto get_started = is_asked(question, "get_started");
  if (!get_started) return error_response(ServerError::bad_request, get_started.error().message);
  auto found = find_job(question);
  Maybe maybe;
  if (auto* refusal = std::get_if<JobAnswer>(&found);
      refusal != nullptr && (!*refusal || (*refusal)->status != 404))
    return std::move(*refusal);
  const auto* job = std::get_if<JobRecord>(&found);
  if (job != nullptr && is_over(job->status)) {
    Text result = question.store.result_of(job->id);
    if (!result) return result.error();
    maybe = {true, job->status == JobStatus::success, true, std::move(*result).value_or("null")};
  } else if (*get_started) {
    maybe.started = job != nullptr && job->status == JobStatus::running;
  }
  return json_response(to_json(maybe));
}

JobAnswer get_timing(const JobQuestion& question) {
  auto found = find_completed(question);
  if (auto* refusal = std::get_if<JobAnswer>(&found)) return std::move(*refusal);
  const auto& job = std::get<JobRecord>(found);
  JsonMembers json;
  json.text("created_at", moment_text(job.created_at));
  if (job.started_at) json.text("started_at", moment_text(*job.started_at));
  json.number("duration_ms", job.duration_ms);
  return json_response(std::move(json).object());
}

JobAnswer get_logs(const JobQuestion& question) {
  const auto no_hint = is_asked(question, "remove_ansi_warnings");
  if (!no_hint) return error_response(ServerError::bad_request, no_hint.error().message);
  auto found = find_job(question);
  if (auto* refusal = std::get_if<JobAnswer>(&found)) return std::move(*refusal);
  return text_of(question, std::get<JobRecord>(found), &JobStore::log_of, [&](const std::string& log) {
    const std::string hint = *no_hint ? "" : std::string(colours_hint) + "\n";
    return Response{200, {{"Content-Type", "text/plain; charset=utf-8"}}, hint + log};
  });
}

JobAnswer get_logs_tail(const JobQuestion& question) {
  auto found = find_completed(question);
  if (auto* refusal = std::get_if<JobAnswer>(&found)) return std::move(*refusal);
  return text_of(question, std::get<JobRecord>(found), &JobStore::log_of, [](const std::string& log) {
    return json_response(json_quote(end_of_text(log, shown_log_bytes)));
  });
}

JobAnswer get_args(const JobQuestion& question) {
  auto found = find_job(question);
  if (auto* refusal = std::get_if<JobAnswer>(&found)) return std::move(*refusal);
  return text_of(question, std::get<JobRecord>(found), &JobStore::args_of,
                 [](const std::string& args) { return json_response(args.empty() ? "null" : args); });
}

JobAnswer get_root_job_id(const JobQuestion& question) {
  auto found = find_job(question);
  if (auto* refusal = std::get_if<JobAnswer>(&found)) return std::move(*refusal);
  const auto& job = std::get<JobRecord>(found);
  return json_response(json_quote(job.root_job.empty() ? job.id : job.root_job));
}

JobAnswer get_scheduled_for(const JobQuestion& question) {
  auto found = find_job(question, "QueuedJob not found at name ");
  if (auto* refusal = std::get_if<JobAnswer>(&found)) return std::move(*refusal);
  return json_response(std::to_string(std::get<JobRecord>(found).scheduled_for));
}

}  // namespace towermill
