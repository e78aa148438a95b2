#include "handler/jobs/scheduler.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "handler/jobs/asked_job.h"
#include "handler/jobs/job.h"
#include "handler/jobs/job_end.h"
#include "runner/base/crypto.h"

namespace towermill {

namespace {

constexpr std::chrono::seconds between_looks{1};
constexpr int looks_between_readings = 3;
constexpr std::size_t most_waiting = 100'000;

JobRecord record_of_run(const Workspace& workspace, const ScheduleFile& file, const std::string& id,
                        Milliseconds moment) {
  JobRecord job = record_of_newest(workspace, file.schedule->script_path);
  job.id = id;
  if (!file.schedule->tag.empty()) job.tag = file.schedule->tag;
  job.created_by = schedule_user(file.path);
  job.trigger_kind = "schedule";
  job.trigger_path = file.path;
  job.scheduled_for = moment;
  return job;
}

}  // namespace

std::string scheduled_job_id(const std::string& workspace, const ScheduleFile& of, Milliseconds moment) {
  return job_id_of(moment, workspace + "\n" + of.path + "\n" + of.text);
}

std::string schedule_user(const std::string& path) {
  std::string user = "schedule-" + path;
  std::replace(user.begin(), user.end(), '/', '-');
  return user;
}

Scheduler::Scheduler(const Workspaces& workspaces, Jobs& jobs, const Log& log)
    : workspaces_(workspaces), jobs_(jobs), log_(log), thread_(small_stack_bytes, [this] { work(); }) {}

Scheduler::~Scheduler() {
  const std::lock_guard lock(mutex_);
  over_ = true;
  ending_.notify_all();
}

void Scheduler::work() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    lock.unlock();
    try {
      look();
    } catch (const std::exception& error) {
      log_.error("schedules not looked at", {{"why", error.what()}});
    }
    lock.lock();
    ending_.wait_for(lock, between_looks, [this] { return over_; });
  }
}

void Scheduler::look() {
  if (looks_++ % looks_between_readings == 0 && read_files()) taken_over_ = false;
  if (!taken_over_)
    taken_over_ = std::all_of(workspaces_.begin(), workspaces_.end(),
                              [this](const auto& entry) { return take_over(entry.second); });
  // Before it is known what waits, nothing is added.
  if (!taken_over_) return;
  for (Planned& planned : planned_)
    if (is_settled(planned)) plan_next(planned);
}

/// Whether they say something else than before.
bool Scheduler::read_files() {
  std::vector<Planned> planned;
  std::vector<std::string> seen;
  for (const auto& [name, workspace] : workspaces_) {
    for (ScheduleFile& file : find_schedules(workspace.root())) {
      seen.push_back(name + "\n" + file.file + "\n" + file.text);
      if (std::find(seen_.begin(), seen_.end(), seen.back()) == seen_.end()) tell(name, file);
      if (file.schedule && file.schedule->enabled) planned.push_back({&workspace, std::move(file)});
    }
  }
  if (seen == seen_) return false;
  seen_ = std::move(seen);
  planned_ = std::move(planned);
  return true;
}

void Scheduler::tell(const std::string& workspace, const ScheduleFile& file) const {
  if (!file.schedule)
    log_.error("schedule not kept", {{"workspace", workspace}, {"why", file.schedule.error().message}});
}

/// Finds the jobs of the workspace's schedules that are not over, and cancels those that wait for what is not
/// written any more. False: the store cannot tell.
bool Scheduler::take_over(const Workspace& workspace) {
  JobFilter filter{.workspace = workspace.name(), .statuses = {JobStatus::queued, JobStatus::running}};
  filter.triggers = {"schedule"};
  filter.count = most_waiting;
  const auto found = jobs_.ask([&](JobStore& store) { return store.list(filter); });
  if (!found) return false;
  for (const JobRecord& job : *found) {
    Planned* const planned = whose(job);
    const Milliseconds moment = moment_of_job_id(job.id);
    if (planned == nullptr) {
      if (job.status == JobStatus::queued) drop(job);
    } else if (moment > planned->due) {
      planned->job_id = job.id;
      planned->due = moment;
    }
  }
  return true;
}

Scheduler::Planned* Scheduler::whose(const JobRecord& job) {
  const Milliseconds moment = moment_of_job_id(job.id);
  const auto found = std::find_if(planned_.begin(), planned_.end(), [&](const Planned& planned) {
    return planned.workspace->name() == job.workspace && planned.file.path == job.trigger_path &&
           scheduled_job_id(job.workspace, planned.file, moment) == job.id;
  });
  return found == planned_.end() ? nullptr : &*found;
}

void Scheduler::drop(const JobRecord& job) {
  JobRecord told = job;
  told.canceled_by = job.created_by;
  told.canceled_reason = "its schedule has changed";
  (void)jobs_.ask([&](JobStore& store) {
    return store.cancel({.job_id = job.id,
                         .workspace = job.workspace,
                         .by = told.canceled_by,
                         .reason = told.canceled_reason,
                         .now = now_ms(),
                         .result = end_canceled(told).result});
  });
}

/// Whether the next job may be added: the one before waits no more.
bool Scheduler::is_settled(const Planned& planned) {
  if (planned.job_id.empty()) return true;
  if (now_ms() < planned.due) return false;
  const auto job = jobs_.ask([&](JobStore& store) { return store.get(planned.job_id); });
  if (!job) return false;
  if (!*job) return true;
  const JobStatus status = (*job)->status;
  return is_over(status) || (status == JobStatus::running && planned.file.schedule->overlaps);
}

void Scheduler::plan_next(Planned& planned) {
  // A clock that was set back does not bring a moment back.
  const Milliseconds after = std::max(now_ms(), planned.due);
  const auto moment_s = planned.file.schedule->next(after / 1000);
  if (!moment_s) return;
  const Milliseconds moment = *moment_s * 1000;
  const std::string id = scheduled_job_id(planned.workspace->name(), planned.file, moment);
  const NewJob job{.job = record_of_run(*planned.workspace, planned.file, id, moment),
                   .args = planned.file.schedule->args};
  // IdTaken: another process has added it.
  if (!jobs_.ask([&](JobStore& store) { return store.add(job, now_ms()); })) return;
  planned.job_id = id;
  planned.due = moment;
  jobs_.tell_added();
}

}  // namespace towermill
