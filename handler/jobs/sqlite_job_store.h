#pragma once
// Jobs in a file of SQLite's. What only SQLite understands stands in this class alone.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "handler/jobs/job_store.h"
#include "handler/store/store.h"
#include "runner/base/result.h"

namespace towermill {

class SqliteJobStore final : public JobStore {
 public:
  /// Makes the file if it is not there. Several processes may have the same one open.
  static Result<std::unique_ptr<JobStore>> open(const std::string& path);
  /// In a file that others use too; opened with job_schema.
  explicit SqliteJobStore(std::shared_ptr<Store> store);

  Result<AddOutcome> add(const NewJob& job, Milliseconds now) override;
  Result<std::vector<Claimed>> claim(const std::string& worker, std::size_t count, Milliseconds now,
                                     std::int64_t lease_ms,
                                     const std::vector<std::string>& passed_over) override;
  Result<std::optional<Milliseconds>> next_due(Milliseconds now) override;
  Result<Kept> keep(const std::vector<Lease>& leases, Milliseconds until) override;
  Result<bool> finish(const Lease& lease, const JobEnd& end) override;
  Result<bool> give_back(const Lease& lease, const Later& later) override;
  Result<std::vector<std::string>> workers() override;
  Result<std::int64_t> free_jobs_of(const std::string& worker) override;
  Result<std::vector<std::string>> canceled_of(const std::string& worker) override;
  Result<CancelOutcome> cancel(const CancelOrder& order) override;
  Result<void> record(const std::vector<RanJob>& jobs) override;
  Result<std::optional<JobRecord>> get(const std::string& id) override;
  Result<std::optional<std::string>> args_of(const std::string& id) override { return text(id, "args"); }
  Result<std::optional<std::string>> result_of(const std::string& id) override { return text(id, "result"); }
  Result<std::optional<std::string>> log_of(const std::string& id) override { return text(id, "log"); }
  Result<std::optional<std::string>> stream_of(const std::string& id) override { return text(id, "stream"); }
  Result<std::vector<JobRecord>> list(const JobFilter& filter) override;
  Result<std::int64_t> count(const JobFilter& filter) override;
  Result<QueueCounts> queue_counts(const std::string& workspace, Milliseconds now) override;
  Deliveries& deliveries() override { return deliveries_; }
  Result<std::int64_t> queue_position(const std::string& workspace, Milliseconds scheduled_for) override;
  Result<bool> wipe(const std::string& id) override;
  Result<std::int64_t> forget(Milliseconds completed_before, std::size_t count) override;
  Result<std::optional<Milliseconds>> moment_before_newest(std::int64_t newest) override;

 private:
  struct Due;

  Result<AddOutcome> add_now(Database& database, const NewJob& job, Milliseconds now);
  static Result<void> claim_where(Database& database, const Due& due, const std::string& worker,
                                  Milliseconds now, Milliseconds until, std::vector<Claimed>& claimed);
  Result<std::vector<std::string>> texts(std::string_view sql, Values values);
  Result<std::optional<std::string>> text(const std::string& id, std::string_view column);
  /// Whether the one row that it is about was there.
  Result<bool> change(std::string_view sql, const std::vector<Value>& values, Durability durability,
                      const std::function<Result<void>(Database&)>& beside = {});

  const std::shared_ptr<Store> store_;
  Deliveries deliveries_;
};

}  // namespace towermill
