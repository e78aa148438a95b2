#pragma once
// The sweep: what left a run's process group (double fork, setsid) is caught when its parent dies, because
// this process is a subreaper. Linux hands such an orphan to the main thread, which launches nothing itself,
// so the main thread's children in /proc are exactly the orphans.

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/base/clock.h"
#include "runner/base/fd.h"
#include "runner/base/result.h"

namespace towermill {

class Orphans {
 public:
  /// Makes the calling process a subreaper. From then on its main thread may start no process but one to
  /// spare. Error: the kernel has no /proc/…/children.
  static Result<std::unique_ptr<Orphans>> adopt();

  /// A child of the main thread that is no orphan.
  void spare(pid_t pid) { spared_ = pid; }

  /// What lives: one run, or a process that serves many and mostly waits.
  enum class Serves { one_run, many_runs };

  /// Somebody who is alive: the orphans that can be told to be theirs are left alone until this is destroyed.
  class Living {
   public:
    Living(Orphans& orphans, std::string job_id, Serves serves = Serves::one_run);  // before the launch
    Living(const Living&) = delete;
    Living& operator=(const Living&) = delete;
    ~Living();
    void started(pid_t group);
    /// The WM_JOB_ID that its process was started with, before it was known whose it would be.
    void known_as(std::string name);

   private:
    Orphans& orphans_;
    std::string job_id_;
  };

  /// True while an orphan of that group or session is alive. Thread-safe.
  bool any_alive(pid_t group);

  /// Kills and reaps every orphan of no living run, and what they leave behind in turn. Returns when none is
  /// left, or after half a second where one cannot die yet (a later sweep takes it). Thread-safe.
  void sweep();

  /// Ends all that there is, what is just dying and its children included, and returns when no child is left,
  /// or at `give_up`. Only where no run is living and no child spared.
  void end_all(TimePoint give_up);

 private:
  explicit Orphans(UniqueFd children) : children_(std::move(children)) {}

  struct Process {
    pid_t pid, group, session;
    std::int64_t started;  // in ticks since the boot
  };
  struct Run {
    pid_t group = 0;  // 0 before its start
    std::string other_name = {};
    std::int64_t registered = 0;
    Serves serves = Serves::one_run;
  };
  using JobIds = std::set<std::string, std::less<>>;

  bool has_none() const;
  std::vector<Process> list() const;
  std::vector<UniqueFd> kill_strangers();
  void reap_killed();
  bool names_the_living(const std::string& job_id) const;
  bool leads_a_living_run(pid_t pid) const;
  bool belongs_to_the_living(const Process& process);
  bool has_living_suspect(const Process& process);
  bool can_be_of_one_alone(const Process& process) const;
  JobIds living_at(std::int64_t ticks) const;

  const UniqueFd children_;  // the main thread's, as /proc lists them; open, for each run's end reads it
  pid_t spared_ = 0;
  std::mutex mutex_;
  std::set<pid_t> killed_;                                     // not reaped yet, so their numbers are theirs
  std::map<std::string, Run, std::less<>> living_;             // by job id
  std::map<std::pair<pid_t, std::int64_t>, JobIds> suspects_;  // whose an orphan may be that cannot be asked
  std::atomic<bool> has_noted_ = false;                        // something in killed_ or suspects_
};

/// The value of a variable in another process's environment, "" where it has none. Error: it cannot be read.
Result<std::string> environment_of(pid_t pid, std::string_view name);

}  // namespace towermill
