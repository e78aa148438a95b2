#include "runner/pool/runner.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "runner/launch/work_dir.h"

namespace towermill {

namespace {

Outcome not_started(const Error& error) {
  return NotStarted{"the script could not be started", error.message};
}

/// What a run has of its own in its environment: its folder is its home, unless its author named another.
std::vector<std::string> environment_in(const RunSpec& spec, const std::string& work_dir) {
  std::vector<std::string> environment = spec.environment;
  for (const std::string name : {"HOME=", "TMPDIR="}) {
    const auto named = [&](const std::string& variable) { return variable.starts_with(name); };
    if (std::none_of(environment.begin(), environment.end(), named)) environment.push_back(name + work_dir);
  }
  environment.push_back("WM_JOB_ID=" + spec.job_id);
  return environment;
}

}  // namespace

Runner::Runner(Launcher& launcher, Orphans& orphans, Tools tools, std::string jobs_dir)
    : launcher_(launcher), orphans_(orphans), tools_(std::move(tools)), jobs_dir_(std::move(jobs_dir)) {}

RunReport Runner::run(const RunSpec& spec, const Language& language, const Interrupts& interrupts,
                      const std::function<void(Outcome)>& on_outcome) {
  const TimePoint started = Clock::now();
  auto planned = language.plan(spec, tools_);
  if (auto* refusal = std::get_if<Outcome>(&planned)) {
    on_outcome(std::move(*refusal));
    return {};
  }
  RunReport report = run_plan(spec, language, std::get<Plan>(planned), interrupts, on_outcome, started);
  report.run_ms = ms_since(started);
  return report;
}

RunReport Runner::run_plan(const RunSpec& spec, const Language& language, const Plan& plan,
                           const Interrupts& interrupts, const std::function<void(Outcome)>& on_outcome,
                           TimePoint started) {
  RunReport report;
  auto work_dir = WorkDir::make(jobs_dir_, spec.job_id);
  if (!work_dir) {
    on_outcome(not_started(work_dir.error()));
    return report;
  }
  {
    Orphans::Living living(orphans_, spec.job_id);
    auto child = launcher_.start({.plan = &plan,
                                  .environment = environment_in(spec, work_dir->path()),
                                  .work_dir = work_dir->path(),
                                  .spill_dir = jobs_dir_,
                                  .limits = spec.limits});
    if (!child) {
      on_outcome(not_started(child.error()));
      return report;
    }
    living.started((*child)->pid);
    report.start_ms = ms_since(started);
    Collected collected = collect(**child, {.spec = spec,
                                            .language = language,
                                            .plan = plan,
                                            .work_dir_fd = work_dir->fd(),
                                            .interrupts = interrupts,
                                            .started = started,
                                            .orphans = orphans_,
                                            .on_outcome = on_outcome});
    report.until_outcome_ms = collected.until_outcome_ms;
    report.exit = collected.exit;
    report.killed = collected.killed;
    report.log = std::move(collected.log);
  }
  // No longer among the living: what escaped its group goes now, before its folder does.
  orphans_.sweep();
  return report;
}

}  // namespace towermill
