#pragma once
// Runs the jobs that are due: claims them, takes them to the line, keeps their leases, settles them.

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "handler/jobs/jobs_in_hand.h"
#include "handler/jobs/queued_run.h"
#include "handler/jobs/work_threads.h"
#include "runner/base/thread.h"

namespace towermill {

/// "wk-<host>-<incarnation>": others of this host can tell whether it is alive.
std::string own_worker_name();

class Workers final : private JobListener, private RunSteps {
 public:
  /// Begins at once, with up to `at_once` jobs in hand, on threads of its own.
  Workers(const WorkMeans& means, std::size_t at_once);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers() override;  // join()

  /// Has one of the threads see to the line.
  void call_a_thread();

  /// Claims no more.
  void stop();
  /// Waits until no job runs or waits here. False: not by then.
  bool wait_until_idle(TimePoint until);
  /// stop(), and ends what runs: it is given back.
  void end_all();
  /// Waits for all of it. What the disk has not taken by then is another's, once its lease has ended.
  void join();

 private:
  /// How a job in hand is to leave it.
  struct Settlement {
    std::shared_ptr<JobInHand> job;
    std::variant<JobEnd, Later> how;
  };

  void on_added() override { wake(); }
  void on_cancel(const std::string& job_id) override { in_hand_.end(job_id, Ending::canceled); }
  void on_begin(const std::shared_ptr<JobInHand>& job) override;
  void on_end(const std::shared_ptr<JobInHand>& job, JobEnd end) override;
  void on_retry(const std::shared_ptr<JobInHand>& job, Later later) override;
  void on_no_end(const std::shared_ptr<JobInHand>& job, std::chrono::milliseconds pause) override;

  void wake();
  void wake_if_more();
  void work();
  TimePoint look_around();
  void keep_leases();
  void free_the_deads_jobs();
  void end_the_canceled();
  TimePoint claim();
  void begin(Claimed claimed);
  void settle(Settlement settlement);
  bool settle_now(const Settlement& settlement);
  void settle_the_unsettled();

  const WorkMeans means_;
  const std::string name_;
  JobsInHand in_hand_;
  WorkThreads threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool called_ = true, over_ = false, claims_ = true;
  bool more_ = true;  // jobs may be due that have not been claimed
  std::vector<Settlement> unsettled_;
  TimePoint keep_at_;
  std::vector<Thread> foreman_;  // one, until join()
};

}  // namespace towermill
