#pragma once
// One run from its spec to its end: a working directory, a launch, its collection, the sweep.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "runner/launch/collect.h"
#include "runner/launch/work_dir.h"

namespace towermill {

/// What is known when a run is over, for the log.
struct RunReport {
  double start_ms = 0;          // from the call until the process was started
  double until_outcome_ms = 0;  // from the call until the outcome was known
  double run_ms = 0;            // from the call until the process had ended
  Way way = Way::start;
  ExitStatus exit;
  bool killed = false;
  std::string log;  // the script's own, cut at its limit and marked so
};

class Runner {
 public:
  /// `find_tools` is asked, in any thread, when a run lacks one of `tools`: it may have been installed since.
  /// `jobs_dir` is this process's own (JobsDir). Launcher and orphans outlive the runner; the
  /// processes that the launcher keeps do not, whose folders are the runner's.
  Runner(Launcher& launcher, Orphans& orphans, Tools tools, std::function<Tools()> find_tools,
         std::string jobs_dir);

  /// Runs to the end and returns when no process of the run is left. `on_outcome` is called exactly once, in
  /// this thread, as soon as the outcome is known. `meanwhile`: nullptr where nobody hears of it before. Only
  /// for threads that live as long as the process.
  RunReport run(const RunSpec& spec, const Language& language, const Interrupts& interrupts,
                const std::function<void(Outcome)>& on_outcome, const Meanwhile* meanwhile = nullptr);

 private:
  struct Process;
  std::shared_ptr<const Tools> tools() const;
  bool has_new_tools();
  bool run_kept(Process process, const Language& language, RunReport& report);
  RunReport run_process(const Process& process);
  void drive(Child& child, const Process& process, Orphans::Living& living, RunReport& report);
  std::optional<Outcome> prepare(const Preparation& preparation, Process process, RunReport& report);

  Launcher& launcher_;
  Orphans& orphans_;
  const std::function<Tools()> find_tools_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Tools> tools_;
  WorkDirs work_dirs_;
};

}  // namespace towermill
