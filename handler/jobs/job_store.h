#pragma once
// Where jobs are kept. SqliteJobStore keeps them in a file; another may stand behind the same words.

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "handler/jobs/deliveries.h"
#include "handler/jobs/job_record.h"
#include "runner/base/result.h"

namespace towermill {

/// What was sent to be run once is done with once its job is kept: its repeats are given this answer.
struct NewDelivery {
  DeliveryKey key;
  Response answer;
};

/// A job that is to be run.
struct NewJob {
  JobRecord job;
  std::string args;  // the text of one JSON object
  /// The most jobs that may be due before this one.
  std::optional<std::int64_t> queue_limit = {};
  /// What it is the job of; nullopt: of what runs as often as it is sent.
  std::optional<NewDelivery> delivery = {};
};

struct Added {};
struct IdTaken {};
struct QueueFull {
  std::int64_t queued;
};
/// Where the delivery is another's: what a claim of it says, never Mine.
using AddOutcome = std::variant<Added, IdTaken, QueueFull, Deliveries::Claim>;

/// The right to run a job until a moment, and to say how it ended. The fence tells a later holder's from it.
struct Lease {
  std::string job_id;
  std::int64_t fence = 0;
};

struct Claimed {
  Lease lease;
  JobRecord job;
  std::string args;
};

/// How a job ended.
struct JobEnd {
  JobStatus status = JobStatus::success;
  std::string result = {};  // the text of one JSON value
  std::string log = {};
  std::string stream = {};  // what was said before the result; empty: nothing
  Milliseconds completed_at = 0;
  std::int64_t duration_ms = 0;
  std::int64_t memory_peak_kib = 0;
  /// A job that is added with that, in one transaction; where its id is taken, it is there already.
  std::optional<NewJob> next = {};
};

/// When a job that was claimed is to run instead.
struct Later {
  Milliseconds scheduled_for = 0;
  bool failed = false;   // because a run of it failed;
  std::string log = {};  // which said this, to be kept
};

/// A job that was run without having waited here: recorded afterwards.
struct RanJob {
  JobRecord job;
  std::string args;
  JobEnd end = {};
};

/// How much a cancel of a running job leaves to who runs it.
enum class CancelForce {
  ask,   // it is over once its process has ended
  take,  // it is over now: its lease is lost, and who has it ends the process
};

/// What a cancel came to.
enum class CancelOutcome {
  canceled,  // it is over now
  asked,     // it runs: who runs it ends it
  already_over,
  unknown,  // there is no such job
};

struct CancelOrder {
  std::string job_id, workspace, by, reason;
  Milliseconds now = 0;
  std::string result;  // of a job that is over by this: the text of one JSON value
  CancelForce force = CancelForce::ask;
};

/// Values of which a column has one, and others of which it has none; empty: any.
struct Words {
  std::vector<std::string> any, none;
  /// "*" in them stands for any characters.
  bool patterns = false;

  Words() = default;
  Words(std::initializer_list<std::string> any_of) : any(any_of) {}
};

enum class ListOrder { oldest_first, newest_first };

/// Which jobs are listed; what is not set holds of all.
struct JobFilter {
  std::string workspace;
  std::vector<JobStatus> statuses = {};  // any of them; empty: all
  bool nothing = false;                  // no job is so
  Words kinds = {}, created_by = {}, tags = {}, triggers = {}, scripts = {}, workers = {};
  std::string script_prefix = {}, script_hash = {}, parent_job = {}, trigger_path = {}, label = {};
  std::string somewhere = {};  // a part of its path, tag, or creator's name, or its id
  std::optional<bool> has_parent = {};
  std::optional<Milliseconds> created_before = {}, created_after = {}, started_before = {},
                              started_after = {}, completed_before = {}, completed_after = {}, due_by = {},
                              // hold of jobs that are not over
      waiting_created_before = {}, waiting_created_after = {};
  ListOrder order = ListOrder::newest_first;
  std::size_t offset = 0, count = 100;
};

struct QueueCounts {
  std::int64_t queued = 0, running = 0, due = 0;
};

/// Errors are the disk's or the database's, to be answered with 503; `os_error` tells which. Thread-safe.
class JobStore {
 public:
  virtual ~JobStore() = default;

  /// Once this says Added, the job is on the disk, and with it that its delivery is done: both in one
  /// transaction. So whoever dies at whatever step, there is the job with the answer for its repeats, or
  /// neither of them, and a repeat adds the job.
  virtual Result<AddOutcome> add(const NewJob& job, Milliseconds now) = 0;

  /// Up to `count` jobs that are due, those of a higher priority and those due longer first: of queued ones,
  /// and of running ones whose lease has ended. Each is the caller's for `lease_ms`. Scripts of
  /// `passed_over`, "workspace/path" each, are left out.
  virtual Result<std::vector<Claimed>> claim(const std::string& worker, std::size_t count, Milliseconds now,
                                             std::int64_t lease_ms,
                                             const std::vector<std::string>& passed_over) = 0;
  /// When the next queued job is due that is not yet; nullopt: there is none.
  virtual Result<std::optional<Milliseconds>> next_due(Milliseconds now) = 0;

  struct Kept {
    std::vector<std::string> lost;  // are somebody else's by now, or gone
    std::vector<std::string> canceled;
  };
  /// Makes the leases last until then.
  virtual Result<Kept> keep(const std::vector<Lease>& leases, Milliseconds until) = 0;
  /// Says how the job ended; its log comes after what was kept of runs that failed. False: the lease was
  /// lost, and nothing has changed.
  virtual Result<bool> finish(const Lease& lease, const JobEnd& end) = 0;
  /// Gives the job back. False: as with finish().
  virtual Result<bool> give_back(const Lease& lease, const Later& later) = 0;

  /// Who has running jobs.
  virtual Result<std::vector<std::string>> workers() = 0;
  /// Ends the leases of a worker that is no more, to be called by who is sure of that. Returns how many.
  virtual Result<std::int64_t> free_jobs_of(const std::string& worker) = 0;
  /// The ids of its running jobs that somebody has canceled.
  virtual Result<std::vector<std::string>> canceled_of(const std::string& worker) = 0;

  virtual Result<CancelOutcome> cancel(const CancelOrder& order) = 0;

  /// Jobs that have run already. May be lost in a power failure.
  virtual Result<void> record(const std::vector<RanJob>& jobs) = 0;

  virtual Result<std::optional<JobRecord>> get(const std::string& id) = 0;
  /// The text; nullopt: no such job, or it is not kept (any more), or not there yet.
  virtual Result<std::optional<std::string>> args_of(const std::string& id) = 0;
  virtual Result<std::optional<std::string>> result_of(const std::string& id) = 0;
  virtual Result<std::optional<std::string>> log_of(const std::string& id) = 0;
  virtual Result<std::optional<std::string>> stream_of(const std::string& id) = 0;
  virtual Result<std::vector<JobRecord>> list(const JobFilter& filter) = 0;
  virtual Result<std::int64_t> count(const JobFilter& filter) = 0;
  virtual Result<QueueCounts> queue_counts(const std::string& workspace, Milliseconds now) = 0;

  /// What was accepted once is kept beside them.
  virtual Deliveries& deliveries() = 0;

  /// How many queued jobs are due before then.
  virtual Result<std::int64_t> queue_position(const std::string& workspace, Milliseconds scheduled_for) = 0;

  /// Takes args, result, log and stream away, and leaves the rest. False: no such job that is over.
  virtual Result<bool> wipe(const std::string& id) = 0;
  /// Forgets up to `count` jobs that were over before then. Returns how many.
  virtual Result<std::int64_t> forget(Milliseconds completed_before, std::size_t count) = 0;
  /// When the job was over that as many later ones follow; nullopt: there are not so many.
  virtual Result<std::optional<Milliseconds>> moment_before_newest(std::int64_t newest) = 0;
};

}  // namespace towermill
