#include "handler/app/worker.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>

#include "handler/app/foundation.h"
#include "handler/app/upkeep.h"
#include "handler/jobs/options.h"
#include "handler/jobs/scheduler.h"
#include "handler/jobs/workers.h"

namespace towermill {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

void drain(int signal, Signals& signals, Workers& workers, const Settings& settings) {
  const TimePoint until = Clock::now() + seconds(settings.stop_s);
  while (signal != SIGQUIT && Clock::now() < until) {
    if (workers.wait_until_idle(Clock::now() + milliseconds(50))) return;
    signal = signals.next(Clock::now()).value_or(signal);
  }
}

/// Throws nothing: an exception here would unwind what other threads still use.
void work_until_stopped(Foundation& base, Workers& workers, Line& line, WarmStarts& warm,
                        const Settings& settings, const Log& log) noexcept {
  const int signal = wait_for_stop(base);
  log.info("stopping", {{"signal", std::int64_t{signal}}});
  workers.stop();
  drain(signal, base.signals, workers, settings);
  workers.end_all();
  line.close();
  const TimePoint until = Clock::now() + seconds(60);
  if (!line.wait_until_idle(until) || !workers.wait_until_idle(until)) {
    log.error("a run cannot be ended", {});
    ::_exit(EXIT_FAILURE);
  }
  warm.end();
  workers.join();
  log.info("stopped", {});
}

void work_on(Foundation& base, const Settings& settings, const Log& log,
             const std::function<void()>& working) {
  const FoundTools found = find_tools_for(settings, base.folders);
  tell_of_missing(found, log);
  const auto tokens = make_tokens(settings, base.folders, log);
  Counts counts;  // nobody reads them
  const auto cold = make_spawn_launcher();
  WarmStarts warm(warm_options(settings, log), *cold, *base.orphans);
  Runner runner(
      warm, *base.orphans, found.tools, [&] { return find_tools_for(settings, base.folders).tools; },
      base.jobs.path());
  std::unique_ptr<Workers> workers;
  Line line({.at_once = static_cast<std::size_t>(settings.runs_at_once),
             .waiting = static_cast<std::size_t>(settings.waiting_limit),
             .longest_wait = milliseconds(settings.waiting_ms),
             .at_once_in_a_workspace = static_cast<std::size_t>(settings.workspace_runs_at_once)},
            [&workers] { workers->call_a_thread(); });
  Versions versions(base.folders.versions, log);
  const RunEnvironment environment = run_environment(settings);
  Jobs jobs(base.folders.jobs_file, log);
  const Upkeep upkeep(settings, base.folders, jobs, log);
  const WorkMeans means{settings, base.workspaces, versions,    log, *tokens, runner,
                        line,     counts,          environment, jobs};
  workers = std::make_unique<Workers>(means, static_cast<std::size_t>(settings.job_runs_at_once));
  std::optional<Scheduler> scheduler;
  if (settings.schedules) scheduler.emplace(base.workspaces, jobs, log);
  log.info("working", {{"version", TOWERMILL_VERSION}});
  working();
  work_until_stopped(base, *workers, line, warm, settings, log);
}

}  // namespace

Result<void> work(const Settings& settings, const std::function<void()>& working) {
  const Log log(settings.log_format, settings.log_level);
  if (settings.job_runs_at_once == 0) return Error{"job_runs_at_once is 0: a worker would do nothing"};
  auto base = Foundation::lay(settings);
  if (!base) return base.error();
  raise_descriptor_limit();
  return_large_memory_at_once();
  try {
    work_on(*base, settings, log, working);
    return {};
  } catch (const std::exception& error) {
    return Error{error.what()};
  }
}

}  // namespace towermill
