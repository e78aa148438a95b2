#include "handler/api/job_update.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "handler/reply/errors.h"
#include "runner/base/json_members.h"

namespace towermill {

namespace {

/// What the reader has and wants.
struct Asked {
  bool running = false;  // knows that it runs
  bool no_logs = false, only_result = false;
  std::size_t log_offset = 0, stream_offset = 0;
};

Result<Asked> asked_in(const Query& query) {
  Asked asked;
  for (auto& [name, flag] : {std::pair{"running", &Asked::running}, std::pair{"no_logs", &Asked::no_logs},
                             std::pair{"only_result", &Asked::only_result}}) {
    const auto set = query.flag(name);
    if (!set) return set.error();
    asked.*flag = *set;
  }
  for (auto& [name, offset] :
       {std::pair{"log_offset", &Asked::log_offset}, std::pair{"stream_offset", &Asked::stream_offset}}) {
    const auto number = query.integer(name);
    if (!number) return number.error();
    asked.*offset = static_cast<std::size_t>(std::max(0L, number->value_or(0)));
  }
  return asked;
}

/// What of the text is behind the offset, and where its end is.
void add_new(JsonMembers& json, std::string_view name, std::string_view offset_name,
             const std::optional<std::string>& text, std::size_t offset) {
  if (!text || text->size() <= offset) return;
  json.text(name, std::string_view(*text).substr(offset));
  json.number(offset_name, static_cast<std::int64_t>(text->size()));
}

}  // namespace

JobAnswer get_update(const JobQuestion& question) {
  const auto asked = asked_in(question.query);
  if (!asked) return error_response(ServerError::bad_request, asked.error().message);
  auto found = find_job(question, "Job not found: ");
  if (auto* refusal = std::get_if<JobAnswer>(&found)) return std::move(*refusal);
  const auto& job = std::get<JobRecord>(found);
  JsonMembers json;
  if (job.status == JobStatus::running && !asked->running) json.flag("running", true);
  if (is_over(job.status)) json.flag("completed", true);
  if (!asked->no_logs) {
    const auto log = question.store.log_of(job.id);
    if (!log) return log.error();
    add_new(json, "new_logs", "log_offset", *log, asked->log_offset);
  }
  const auto stream = question.store.stream_of(job.id);
  if (!stream) return stream.error();
  add_new(json, "new_result_stream", "stream_offset", *stream, asked->stream_offset);
  json.number_if_any("mem_peak", job.memory_peak_kib);
  if (is_over(job.status) && asked->only_result) {
    const auto result = question.store.result_of(job.id);
    if (!result) return result.error();
    json.add("only_result", result->value_or("null"));
  }
  return json_response(std::move(json).object());
}

}  // namespace towermill
