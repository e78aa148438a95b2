#pragma once
// Writes down runs that did not wait in the queue, behind the back of their answers.

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "handler/config/choices.h"
#include "handler/jobs/job_store.h"
#include "handler/jobs/jobs.h"
#include "handler/observe/log.h"
#include "runner/base/thread.h"

namespace towermill {

/// Thread-safe.
class Recorder {
 public:
  /// `jobs` and `log` outlive this.
  Recorder(Jobs& jobs, KeepJobs keep, const Log& log);
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder();  // writes what is left

  /// Whether some run may have to be written down.
  bool wants_any() const { return keep_ == KeepJobs::all || keep_ == KeepJobs::failures; }
  /// Whether one that ended so has.
  bool wants(JobStatus status) const {
    return keep_ == KeepJobs::all || (keep_ == KeepJobs::failures && status != JobStatus::success);
  }

  /// Who ran them: this process.
  const std::string& worker() const { return worker_; }

  /// Returns at once: where the disk cannot follow, the run is not written down.
  void add(RanJob job);

  /// How many were not.
  std::uint64_t dropped() const { return dropped_; }

 private:
  void work();
  void record(std::vector<RanJob> jobs);
  void drop(std::size_t count);

  Jobs& jobs_;
  const KeepJobs keep_;
  const Log& log_;
  const std::string worker_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<RanJob> left_;
  std::size_t left_bytes_ = 0;
  bool over_ = false, drops_ = false;
  std::atomic<std::uint64_t> dropped_ = 0;
  std::vector<Thread> writer_;  // one, once there is something to write
};

}  // namespace towermill
