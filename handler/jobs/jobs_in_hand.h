#pragma once
// The jobs that this process has claimed and not settled yet, and whose further jobs it had better not claim.

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "handler/jobs/job_store.h"
#include "runner/base/clock.h"
#include "runner/base/fd.h"

namespace towermill {

/// Why a run is ended early.
enum class Ending { none, canceled, stopping, lost };

class JobInHand {
 public:
  JobInHand(Claimed claimed, UniqueFd end)
      : claimed_(std::move(claimed)),
        script_(claimed_.job.workspace + "/" + claimed_.job.script_path),
        end_(std::move(end)) {}

  const Claimed& claimed() const { return claimed_; }
  const JobRecord& job() const { return claimed_.job; }
  const std::string& script() const { return script_; }  // "workspace/path"

  int end_fd() const { return end_.get(); }  // readable once its run is to end
  void end(Ending why);                      // the first one counts
  Ending ending() const { return ending_; }

 private:
  const Claimed claimed_;
  const std::string script_;
  const UniqueFd end_;
  std::atomic<Ending> ending_ = Ending::none;
};

/// Thread-safe.
class JobsInHand {
 public:
  explicit JobsInHand(std::size_t most) : most_(most) {}

  std::size_t room() const;
  bool is_empty() const { return room() == most_; }

  /// nullptr: its script has as many as may run at once (0: no limit), or the system has no descriptor left.
  std::shared_ptr<JobInHand> add(Claimed claimed, std::size_t concurrent_limit);
  void began(const JobInHand& job);
  void settled(const JobInHand& job);
  /// No further jobs of the script until then.
  void pause(const std::string& script, TimePoint until);

  /// Scripts whose jobs would only wait here: one waits already, or as many run as may.
  std::vector<std::string> passed_over(TimePoint now);

  std::vector<Lease> leases() const;
  void end(const std::string& job_id, Ending why) const;
  void end_all(Ending why);  // those that come later, too

 private:
  struct OfScript {
    std::size_t in_hand = 0, waiting = 0, limit = 0;
    TimePoint paused_until{};
  };
  struct Place {
    std::shared_ptr<JobInHand> job;
    bool waits = true;
  };

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::map<std::string, Place> jobs_;        // by id
  std::map<std::string, OfScript> scripts_;  // of those in hand, or paused
  Ending ending_all_ = Ending::none;
};

}  // namespace towermill
