#include "handler/api/job_list.h"

#include <utility>

#include "handler/jobs/job_json.h"
#include "handler/reply/errors.h"
#include "runner/base/json_members.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::int64_t longest_ago_s = std::int64_t{100} * 365 * 24 * 3600;

Response bad(const Error& error) { return error_response(ServerError::bad_request, error.message); }

Response counted(std::int64_t length, std::string_view suspended) {
  JsonMembers json;
  json.number("database_length", length).add("suspended", suspended);
  return json_response(std::move(json).object());
}

}  // namespace

JobAnswer list_jobs(const JobQuestion& question, Listing listing) {
  const auto filter = job_filter(question.query, question.workspace, listing, question.now);
  if (!filter) return bad(filter.error());
  const auto with_args = question.query.flag("include_args");
  if (!with_args) return bad(with_args.error());
  const auto jobs = question.store.list(*filter);
  if (!jobs) return jobs.error();
  std::string list;
  for (const JobRecord& job : *jobs) {
    JobParts parts;
    if (*with_args) {
      auto args = question.store.args_of(job.id);
      if (!args) return args.error();
      parts.args = std::move(*args);
    }
    list += (list.empty() ? "" : ",") + job_json(job, parts);
  }
  return json_response("[" + list + "]");
}

JobAnswer count_queue(const JobQuestion& question) {
  const auto counts = question.store.queue_counts(question.workspace, question.now);
  if (!counts) return counts.error();
  return counted(counts->due, "0");
}

/// All but those that are not over: an index answers the first without a look at a job, and the others are
/// few.
JobAnswer count_completed(const JobQuestion& question) {
  const auto all = question.store.count({.workspace = question.workspace});
  if (!all) return all.error();
  const auto counts = question.store.queue_counts(question.workspace, question.now);
  if (!counts) return counts.error();
  return counted(*all - counts->queued - counts->running, "null");
}

JobAnswer count_jobs(const JobQuestion& question) {
  auto filter = job_filter(question.query, question.workspace, Listing::completed, question.now);
  if (!filter) return bad(filter.error());
  const auto ago_s = question.query.integer("completed_after_s_ago");
  if (!ago_s) return bad(ago_s.error());
  if (*ago_s) {
    if (**ago_s < 0 || **ago_s > longest_ago_s) return bad(Error{"completed_after_s_ago is out of range"});
    filter->completed_after = question.now - 1000 * **ago_s;
  }
  for (std::string& tag : split(question.query.get("tags").value_or(""), ','))
    if (!tag.empty()) filter->tags.any.push_back(std::move(tag));
  const auto count = question.store.count(*filter);
  if (!count) return count.error();
  return json_response(std::to_string(*count));
}

JobAnswer queue_position(const JobQuestion& question) {
  const auto moment = to_integer(question.what);
  if (!moment) return bad(Error{"the last part of the path must be a time in milliseconds"});
  const auto position = question.store.queue_position(question.workspace, *moment);
  if (!position) return position.error();
  return json_response(std::move(JsonMembers().number("position", *position)).object());
}

}  // namespace towermill
