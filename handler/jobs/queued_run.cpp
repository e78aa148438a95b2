#include "handler/jobs/queued_run.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "handler/jobs/attempts.h"
#include "handler/jobs/job_end.h"
#include "handler/jobs/options.h"
#include "handler/jobs/run_log.h"
#include "handler/workspace/limits.h"
#include "runner/base/crypto.h"

namespace towermill {

namespace {

// What memory or the system denies a run may be there again soon.
constexpr std::chrono::seconds pause_after_trouble{5};

Job job_of(const Claimed& claimed, const ScriptOfJob& of, const Settings& settings) {
  const JobRecord& record = claimed.job;
  const auto timeout_s = record.timeout_s > 0 ? std::optional(record.timeout_s) : std::nullopt;
  return {.id = record.id,
          .workspace = record.workspace,
          .script = of.script,
          .args = claimed.args,
          .limits = effective_limits(settings, *of.script, timeout_s).limits,
          .preprocess = record.preprocessed ? Preprocess::yes : Preprocess::no,
          .created_by = record.created_by,
          .schedule_path = record.trigger_kind == "schedule" ? record.trigger_path : "",
          .scheduled_for = record.scheduled_for};
}

/// From 0 to below 1.
double random_share() { return static_cast<unsigned char>(random_bytes(1)[0]) / 256.0; }

}  // namespace

std::variant<ScriptOfJob, std::string> find_script_of(const JobRecord& job, const WorkMeans& means) {
  const auto workspace = means.workspaces.find(job.workspace);
  if (workspace == means.workspaces.end()) return "there is no workspace " + job.workspace + " any more";
  auto lookup = workspace->second.find(job.script_path);
  if (auto* script = std::get_if<std::shared_ptr<const Script>>(&lookup))
    if (job.script_hash.empty() || (*script)->version() == job.script_hash)
      return ScriptOfJob{&workspace->second, std::move(*script)};
  if (const auto* unusable = std::get_if<Unusable>(&lookup)) return unusable->reason;
  if (job.script_hash.empty()) return "there is no script " + job.script_path;
  auto earlier = means.versions.find(workspace->second, job.script_hash);
  if (auto* script = std::get_if<std::shared_ptr<const Script>>(&earlier))
    return ScriptOfJob{&workspace->second, std::move(*script)};
  if (const auto* unusable = std::get_if<Unusable>(&earlier)) return unusable->reason;
  return "version " + job.script_hash + " of " + job.script_path + " is not there any more";
}

QueuedRun::QueuedRun(std::shared_ptr<JobInHand> in_hand, const ScriptOfJob& of, const WorkMeans& means,
                     RunSteps& steps)
    : in_hand_(std::move(in_hand)),
      workspace_(*of.workspace),
      job_(job_of(in_hand_->claimed(), of, means.settings)),
      means_(means),
      steps_(steps) {}

void QueuedRun::give_up(const NoTurn& no_turn) { steps_.on_no_end(in_hand_, no_turn.come_back); }

/// What memory or the system denies costs this run a while, not the server.
void QueuedRun::go(double waited_ms) {
  try {
    steps_.on_begin(in_hand_);
    if (in_hand_->ending() == Ending::none) return run(waited_ms);
    settle(Cancelled{}, {}, waited_ms);
  } catch (const std::exception& error) {
    means_.log.error("run broken off", {{"job", job_.id}, {"why", error.what()}});
    steps_.on_no_end(in_hand_, pause_after_trouble);
  }
}

void QueuedRun::run(double waited_ms) {
  means_.versions.keep(workspace_, *job_.script);
  const Tokens::RunToken token(means_.tokens, job_.created_by, job_.workspace);
  const RunSpec spec = make_run_spec(job_, workspace_.root(), means_.environment, token.text());
  Outcome outcome;
  const RunReport report = means_.runner.run(spec, *job_.script->language, {.stop_fd = in_hand_->end_fd()},
                                             [&outcome](Outcome known) { outcome = std::move(known); });
  settle(std::move(outcome), report, waited_ms);
}

void QueuedRun::settle(Outcome outcome, const RunReport& report, double waited_ms) {
  log_not_started(means_.log, job_, outcome);
  RunEnd logged{.word = "cancelled", .why = why_of(outcome), .waited_ms = waited_ms};
  const bool ended_early = std::holds_alternative<Cancelled>(outcome);
  const bool is_canceled = ended_early && in_hand_->ending() == Ending::canceled;
  if (ended_early && !is_canceled) {
    log_run(means_.log, means_.counts, job_, logged, report);
    return steps_.on_no_end(in_hand_, {});
  }
  JobEnd end;
  if (is_canceled) {
    logged.why = "canceled";
    // By whom stands where it was asked for.
    auto now = means_.jobs.ask([&](JobStore& store) { return store.get(job_.id); });
    end = end_canceled(now && *now ? **now : in_hand_->job());
  } else {
    NamedEnd named = end_of(std::move(outcome), reply_options(means_.settings, job_.limits));
    logged.word = named.word;
    end = std::move(named.end);
  }
  add_report(end, report);
  log_run(means_.log, means_.counts, job_, logged, report);
  retry_or_end(std::move(end));
}

void QueuedRun::retry_or_end(JobEnd end) {
  const JobRecord& record = in_hand_->job();
  const Retry& retry = job_.script->meta.retry;
  end.log.insert(0, attempt_heading(record, retry));
  const auto pause =
      end.status == JobStatus::failure ? retry.pause_after(record.retries + 1, random_share()) : std::nullopt;
  if (!pause) return steps_.on_end(in_hand_, std::move(end));
  means_.log.info("job to be run again", {{"job", job_.id},
                                          {"path", job_.script->path},
                                          {"failed", record.retries + 1},
                                          {"of", retry.attempts() + 1},
                                          {"pause_ms", pause->count()}});
  steps_.on_retry(in_hand_, {.scheduled_for = end.completed_at + pause->count(),
                             .failed = true,
                             .log = end.log + attempt_ending(*pause, end.result)});
}

}  // namespace towermill
