#pragma once
// A claimed job on its way: in the line, in its process, to its end.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "handler/auth/tokens.h"
#include "handler/config/settings.h"
#include "handler/jobs/job.h"
#include "handler/jobs/jobs.h"
#include "handler/jobs/jobs_in_hand.h"
#include "handler/observe/counts.h"
#include "handler/observe/log.h"
#include "handler/workspace/versions.h"
#include "handler/workspace/workspace.h"
#include "runner/pool/line.h"
#include "runner/pool/runner.h"

namespace towermill {

/// What running jobs takes. All of it outlives them.
struct WorkMeans {
  const Settings& settings;
  const Workspaces& workspaces;
  Versions& versions;
  const Log& log;
  Tokens& tokens;
  Runner& runner;
  Line& line;
  Counts& counts;
  const RunEnvironment& environment;
  Jobs& jobs;
};

/// Who hears of a queued run's steps; one of the others is called once. On any thread.
class RunSteps {
 public:
  virtual ~RunSteps() = default;
  virtual void on_begin(const std::shared_ptr<JobInHand>& job) = 0;
  virtual void on_end(const std::shared_ptr<JobInHand>& job, JobEnd end) = 0;
  /// A run of it failed, and another is to follow.
  virtual void on_retry(const std::shared_ptr<JobInHand>& job, Later later) = 0;
  /// It is to run later, and others of its script not before `pause` is over either.
  virtual void on_no_end(const std::shared_ptr<JobInHand>& job, std::chrono::milliseconds pause) = 0;
};

/// The script of the version that the job was made for, and its workspace.
struct ScriptOfJob {
  const Workspace* workspace;
  std::shared_ptr<const Script> script;
};
/// Or why it cannot be run: a sentence without the server's paths.
std::variant<ScriptOfJob, std::string> find_script_of(const JobRecord& job, const WorkMeans& means);

class QueuedRun final : public Waiter {
 public:
  QueuedRun(std::shared_ptr<JobInHand> in_hand, const ScriptOfJob& of, const WorkMeans& means,
            RunSteps& steps);

  Claim claim() const override { return claim_of(job_); }
  int client_fd() const override { return -1; }
  void go(double waited_ms) override;
  void give_up(const NoTurn& no_turn) override;

 private:
  void run(double waited_ms);
  void settle(Outcome outcome, const RunReport& report, double waited_ms);
  void retry_or_end(JobEnd end);

  const std::shared_ptr<JobInHand> in_hand_;
  const Workspace& workspace_;
  const Job job_;
  const WorkMeans& means_;
  RunSteps& steps_;
};

}  // namespace towermill
