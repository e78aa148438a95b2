#include <fmt/core.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "handler/auth/caller.h"
#include "handler/cli/commands.h"
#include "handler/cli/state.h"
#include "handler/jobs/asked_job.h"
#include "handler/jobs/job.h"
#include "handler/jobs/job_json.h"
#include "handler/jobs/job_time.h"
#include "handler/jobs/sqlite_job_store.h"
#include "handler/reply/job_result.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

// One step of a prune: a server that writes at the same time waits no longer than for that.
constexpr std::size_t forgotten_at_once = 200;

int complain(const std::string& message) {
  fmt::print(stderr, "towermill jobs: {}\n", message);
  return EXIT_FAILURE;
}

int complain(const Error& error) { return complain(error.message); }

std::string or_none(std::string_view text) { return text.empty() ? "-" : printable(text); }

std::string moment_or_none(const std::optional<Milliseconds>& moment) {
  return moment ? moment_text(*moment).substr(0, 19) + "Z" : "-";
}

std::string duration_of(const JobRecord& job) {
  return is_over(job.status) ? fmt::format("{} ms", job.duration_ms) : "-";
}

Result<JobFilter> filter_of(const JobsArguments& arguments) {
  JobFilter filter{.workspace = arguments.workspace};
  filter.count = arguments.count;
  if (!arguments.script.empty()) filter.scripts = {arguments.script};
  for (const std::string& word : arguments.statuses) {
    const auto status = job_status_of(word);
    if (!status) return Error{"there is no status " + word};
    filter.statuses.push_back(*status);
  }
  return filter;
}

int list(const JobsArguments& arguments, JobStore& store) {
  const auto filter = filter_of(arguments);
  if (!filter) return complain(filter.error());
  const auto jobs = store.list(*filter);
  if (!jobs) return complain(jobs.error());
  constexpr auto row = "{:<36}  {:<20}  {:<8}  {:<9}  {:<12}  {:<14}  {}\n";
  if (!arguments.json) fmt::print(row, "ID", "CREATED", "STATUS", "TOOK", "WORKSPACE", "BY", "SCRIPT");
  for (const JobRecord& job : *jobs) {
    if (arguments.json)
      fmt::print("{}\n", job_json(job));
    else
      fmt::print(row, job.id, moment_or_none(job.created_at), word_of(job.status), duration_of(job),
                 job.workspace, or_none(job.created_by), job.script_path);
  }
  return EXIT_SUCCESS;
}

/// Error: the store's, or that there is no such job.
Result<JobRecord> find(const std::string& id, JobStore& store) {
  auto job = store.get(to_lower(id));
  if (!job) return job.error();
  if (!*job) return Error{"there is no job " + printable(id) + "; `towermill jobs list` shows the newest"};
  return std::move(**job);
}

void print_record(const JobRecord& job, const JobParts& parts) {
  const auto line = [](std::string_view name, const std::string& value) {
    if (value != "-") fmt::print("{:<10} {}\n", name, value);
  };
  line("id", job.id);
  line("script", job.workspace + " " + job.script_path + ", version " + job.script_hash);
  line("status", std::string(word_of(job.status)));
  line("by", or_none(job.created_by));
  line("trigger", or_none(job.trigger_kind + (job.trigger_path.empty() ? "" : " " + job.trigger_path)));
  line("created", moment_or_none(job.created_at));
  if (job.status == JobStatus::queued) line("due", moment_or_none(job.scheduled_for));
  line("started", moment_or_none(job.started_at));
  line("ended", moment_or_none(job.completed_at));
  line("took", duration_of(job));
  line("worker", or_none(job.worker));
  line("attempts", std::to_string(job.attempts));
  if (!job.canceled_by.empty())
    line("canceled", printable("by " + job.canceled_by + ": " + job.canceled_reason));
  line("args", parts.args.value_or("-"));
  line("result", parts.result.value_or("-"));
}

int show(const JobsArguments& arguments, JobStore& store) {
  const auto job = find(arguments.id, store);
  if (!job) return complain(job.error());
  JobParts parts;
  const auto args = store.args_of(job->id), result = store.result_of(job->id), log = store.log_of(job->id);
  for (const auto* part : {&args, &result, &log})
    if (!*part) return complain(part->error());
  parts.args = *args;
  parts.result = *result;
  if (!arguments.json) {
    print_record(*job, parts);
    return EXIT_SUCCESS;
  }
  parts.logs = *log;
  fmt::print("{}\n", job_json(*job, parts));
  return EXIT_SUCCESS;
}

int logs(const std::string& id, JobStore& store) {
  const auto job = find(id, store);
  if (!job) return complain(job.error());
  const auto log = store.log_of(job->id);
  if (!log) return complain(log.error());
  if (!*log) return complain("its log is not there yet, or not kept");
  fmt::print("{}{}", **log, log->value().empty() || log->value().ends_with('\n') ? "" : "\n");
  return EXIT_SUCCESS;
}

int cancel(const JobsArguments& arguments, JobStore& store) {
  const auto job = find(arguments.id, store);
  if (!job) return complain(job.error());
  const auto outcome = store.cancel({job->id, job->workspace, operator_name, arguments.reason, now_ms(),
                                     canceled_result(operator_name, arguments.reason), CancelForce::ask});
  if (!outcome) return complain(outcome.error());
  if (*outcome == CancelOutcome::already_over) return complain("it is over already");
  if (*outcome == CancelOutcome::unknown) return complain("it is not there any more");
  fmt::print("{}\n", *outcome == CancelOutcome::asked ? "it runs, and is being ended" : "canceled");
  return EXIT_SUCCESS;
}

/// The same script, version and wishes; a life of its own.
JobRecord anew(const JobRecord& old, Milliseconds now) {
  JobRecord job;
  job.id = new_job_id();
  job.workspace = old.workspace;
  job.kind = old.kind;
  job.script_path = old.script_path;
  job.script_hash = old.script_hash;
  job.language = old.language;
  job.tag = old.tag;
  job.priority = old.priority;
  job.created_by = operator_name;
  job.owner = old.owner;
  job.visible_to_owner = old.visible_to_owner;
  job.trigger_kind = old.trigger_kind;
  job.trigger_path = old.trigger_path;
  job.created_at = job.scheduled_for = now;
  job.timeout_s = old.timeout_s;
  job.preprocessed = old.preprocessed;
  return job;
}

int rerun(const std::string& id, JobStore& store) {
  const auto job = find(id, store);
  if (!job) return complain(job.error());
  const auto args = store.args_of(job->id);
  if (!args) return complain(args.error());
  if (!*args) return complain("its args are not kept, so it cannot run again");
  const Milliseconds now = now_ms();
  const NewJob fresh{.job = anew(*job, now), .args = **args};
  const auto added = store.add(fresh, now);
  if (!added) return complain(added.error());
  if (!std::holds_alternative<Added>(*added)) return complain("it was not taken");
  fmt::print("{}\n", fresh.job.id);
  return EXIT_SUCCESS;
}

/// Before when jobs have to be over to be forgotten; nullopt: none is.
Result<std::optional<Milliseconds>> forgotten_before(const JobsArguments& arguments, JobStore& store) {
  if (!arguments.keep) {
    const auto age_s = seconds_in(arguments.older_than);
    if (!age_s) return Error{"--older-than is as 30d or 12h"};
    return std::optional(now_ms() - *age_s * 1000);
  }
  auto newest_of_them = store.moment_before_newest(static_cast<std::int64_t>(*arguments.keep));
  if (newest_of_them && *newest_of_them) ++**newest_of_them;
  return newest_of_them;
}

int prune(const JobsArguments& arguments, JobStore& store) {
  const auto before = forgotten_before(arguments, store);
  if (!before) return complain(before.error());
  std::int64_t all = 0, some = *before ? 1 : 0;
  while (some > 0) {
    const auto forgotten = store.forget(**before, forgotten_at_once);
    if (!forgotten) return complain(forgotten.error());
    all += some = *forgotten;
  }
  fmt::print("{} forgotten\n", all);
  return EXIT_SUCCESS;
}

}  // namespace

int jobs_command(const Settings& settings, const JobsArguments& arguments) {
  using Does = JobsArguments::Does;
  const auto folders = state_of_server(settings);
  if (!folders) return complain(folders.error());
  const auto opened = SqliteJobStore::open(folders->jobs_file);
  if (!opened) return complain(opened.error());
  JobStore& store = **opened;
  switch (arguments.does) {
    case Does::list:
      return list(arguments, store);
    case Does::show:
      return show(arguments, store);
    case Does::logs:
      return logs(arguments.id, store);
    case Does::cancel:
      return cancel(arguments, store);
    case Does::rerun:
      return rerun(arguments.id, store);
    default:
      return prune(arguments, store);
  }
}

}  // namespace towermill
