#include "runner/pool/runner.h"

#include <iterator>
#include <optional>
#include <utility>
#include <variant>

#include "runner/pool/run_environment.h"

namespace towermill {

namespace {

constexpr int most_preparations = 4;

Outcome not_started(const Error& error) {
  return NotStarted{"the script could not be started", error.message};
}

/// All of it, what the script's runs share first.
std::vector<std::string> environment_in(const RunSpec& spec, const Plan& plan, const std::string& work_dir) {
  std::vector<std::string> environment = spec.environment;
  environment.insert(environment.end(), plan.environment.begin(), plan.environment.end());
  auto own = own_environment(spec, environment, work_dir);
  environment.insert(environment.end(), std::make_move_iterator(own.begin()),
                     std::make_move_iterator(own.end()));
  return environment;
}

}  // namespace

Runner::Runner(Launcher& launcher, Orphans& orphans, Tools tools, std::function<Tools()> find_tools,
               std::string jobs_dir)
    : launcher_(launcher),
      orphans_(orphans),
      find_tools_(std::move(find_tools)),
      tools_(std::make_shared<const Tools>(std::move(tools))),
      work_dirs_(std::move(jobs_dir)) {}

std::shared_ptr<const Tools> Runner::tools() const {
  const std::lock_guard lock(mutex_);
  return tools_;
}

bool Runner::has_new_tools() {
  auto found = std::make_shared<const Tools>(find_tools_());
  const std::lock_guard lock(mutex_);
  if (*found == *tools_) return false;
  tools_ = std::move(found);
  return true;
}

/// One process of a run, and who hears of its end.
struct Runner::Process {
  const RunSpec& spec;
  const Plan* plan;
  const Interrupts& interrupts;
  TimePoint started;  // of the whole run: its time is one
  std::function<Outcome(const Captured&)> at_exit;
  std::function<void(Outcome)> on_outcome;
  const Meanwhile* meanwhile;
};

RunReport Runner::run(const RunSpec& spec, const Language& language, const Interrupts& interrupts,
                      const std::function<void(Outcome)>& on_outcome, const Meanwhile* meanwhile) {
  Process process{spec, nullptr, interrupts, Clock::now(), {}, on_outcome, meanwhile};
  RunReport report;
  process.at_exit = [&](const Captured& captured) { return language.at_exit(spec, captured); };
  if (spec.reuse == Reuse::yes && run_kept(process, language, report)) return report;
  std::optional<Outcome> settled;
  // A preparation is needed once for each thing that is prepared; one that is asked for again and again is
  // broken.
  for (int preparations = 0; !settled && preparations <= most_preparations; ++preparations) {
    auto planned = language.plan(spec, *tools());
    if (auto* outcome = std::get_if<Outcome>(&planned)) {
      if (std::holds_alternative<NotStarted>(*outcome) && has_new_tools()) continue;
      settled = std::move(*outcome);
    }
    if (auto* preparation = std::get_if<Preparation>(&planned))
      settled = prepare(*preparation, process, report);
    if (auto* plan = std::get_if<Plan>(&planned)) {
      process.plan = plan;
      report = run_process(process);
      report.run_ms = ms_since(process.started);
      return report;
    }
  }
  on_outcome(settled ? std::move(*settled) : not_started(Error{"its preparation has no end"}));
  report.run_ms = ms_since(process.started);
  return report;
}

/// Nothing: it worked, and the run may be planned anew. Else the run's outcome.
std::optional<Outcome> Runner::prepare(const Preparation& preparation, Process process, RunReport& report) {
  std::optional<Outcome> outcome;
  process.plan = &preparation.plan;
  process.at_exit = preparation.finish;
  process.meanwhile = nullptr;
  process.on_outcome = [&outcome](Outcome of_preparation) { outcome = std::move(of_preparation); };
  report = run_process(process);
  if (std::holds_alternative<Returned>(*outcome)) return std::nullopt;
  return outcome;
}

/// False: no process has the script already.
bool Runner::run_kept(Process process, const Language& language, RunReport& report) {
  std::optional<WorkDir> folder;
  {
    Orphans::Living living(orphans_, process.spec.job_id);
    auto further = launcher_.take_kept({process.spec, language, work_dirs_});
    if (!further) return false;
    process.plan = &further->plan;
    drive(*further->child, process, living, report);
    folder = std::move(further->child->folder);
  }
  orphans_.sweep();
  report.run_ms = ms_since(process.started);
  return true;
}

RunReport Runner::run_process(const Process& process) {
  const RunSpec& spec = process.spec;
  RunReport report;
  auto work_dir = work_dirs_.make();
  if (!work_dir) {
    process.on_outcome(not_started(work_dir.error()));
    return report;
  }
  std::optional<WorkDir> folder;
  {
    Orphans::Living living(orphans_, spec.job_id);
    auto child =
        launcher_.start({.plan = process.plan,
                         .environment = environment_in(spec, *process.plan, work_dir->path()),
                         .shared_environment = spec.environment.size() + process.plan->environment.size(),
                         .work_dir = work_dir->path(),
                         .spill_dir = work_dirs_.jobs_dir(),
                         .limits = spec.limits,
                         .living = &living,
                         .reuse_key = reuse_key(spec)});
    if (!child) {
      process.on_outcome(not_started(child.error()));
      return report;
    }
    (*child)->folder = std::move(*work_dir);
    drive(**child, process, living, report);
    folder = std::move((*child)->folder);
  }
  // No longer among the living: what escaped its group goes now, before its folder does.
  orphans_.sweep();
  return report;
}

void Runner::drive(Child& child, const Process& process, Orphans::Living& living, RunReport& report) {
  living.started(child.pid);
  report.way = child.way;
  report.start_ms = ms_since(process.started);
  Collected collected = collect(child, {.spec = process.spec,
                                        .plan = *process.plan,
                                        .at_exit = process.at_exit,
                                        .work_dir_fd = child.folder->fd(),
                                        .interrupts = process.interrupts,
                                        .started = process.started,
                                        .orphans = orphans_,
                                        .on_outcome = process.on_outcome,
                                        .meanwhile = process.meanwhile});
  report.until_outcome_ms = collected.until_outcome_ms;
  report.exit = collected.exit;
  report.killed = collected.killed;
  report.log = std::move(collected.log);
}

}  // namespace towermill
