// The queue: what is added, claimed, kept, ended.
#include "handler/jobs/sqlite_job_store.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "handler/jobs/job_json.h"
#include "handler/jobs/job_rows.h"

namespace towermill {

namespace {

constexpr auto number_of(JobStatus status) { return static_cast<std::int64_t>(status); }
static_assert(number_of(JobStatus::queued) == 0 && number_of(JobStatus::running) == 1,
              "the schema's indexes say so, and the statements");

std::string places(std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += i == 0 ? "?" : ", ?";
  return all;
}

}  // namespace

/// Which jobs a claim takes, and the values for its `?`.
struct SqliteJobStore::Due {
  std::string condition;
  std::vector<Value> values;
};

Result<AddOutcome> SqliteJobStore::add_now(Database& database, const NewJob& job, Milliseconds now) {
  if (job.delivery) {
    auto seen = deliveries_.look(database, job.delivery->key);
    if (!seen) return seen.error();
    if (!std::holds_alternative<Deliveries::Mine>(*seen)) return AddOutcome(std::move(*seen));
  }
  if (job.queue_limit) {
    const auto due = database.integer(
        "SELECT (SELECT count(*) FROM job WHERE status = 0 AND scheduled_for <= ?) + "
        "(SELECT count(*) FROM job WHERE status = 1)",
        {now});
    if (!due) return due.error();
    if (*due > *job.queue_limit) return AddOutcome(QueueFull{*due});
  }
  if (auto done = insert_job(database, job.job); !done) {
    if (done.error().os_error == EEXIST) return AddOutcome(IdTaken{});
    return done.error();
  }
  if (auto done = put_texts(database, job.job.id, {.args = job.args}); !done) return done.error();
  if (!job.delivery) return AddOutcome(Added{});
  const auto& [key, answer] = *job.delivery;
  if (auto done = deliveries_.accept(database, key, job.job.id, answer, now); !done) return done.error();
  return AddOutcome(Added{});
}

Result<AddOutcome> SqliteJobStore::add(const NewJob& job, Milliseconds now) {
  AddOutcome outcome = Added{};
  const auto done = store_->write([&](Database& database) -> Result<void> {
    auto added = add_now(database, job, now);
    if (!added) return added.error();
    outcome = *added;
    return {};
  });
  if (!done) return done.error();
  return outcome;
}

Result<void> SqliteJobStore::claim_where(Database& database, const Due& due, const std::string& worker,
                                         Milliseconds now, Milliseconds until,
                                         std::vector<Claimed>& claimed) {
  std::vector<Value> values = {number_of(JobStatus::running), worker, now, until};
  values.insert(values.end(), due.values.begin(), due.values.end());
  const std::string sql =
      "UPDATE job SET status = ?, worker = ?, started_at = ?, lease_until = ?, "
      "attempts = attempts + 1 WHERE id IN (SELECT id FROM job WHERE " +
      due.condition + ") RETURNING " + job_columns;
  const std::size_t before = claimed.size();
  if (auto done = database.each(sql, values,
                                [&](const Row& row) {
                                  JobRecord job = record_in(row);
                                  Lease lease{job.id, job.attempts};
                                  claimed.push_back({std::move(lease), std::move(job), {}});
                                  return true;
                                });
      !done)
    return done;
  for (std::size_t i = before; i < claimed.size(); ++i)
    if (auto done = database.each("SELECT args FROM job_text WHERE job_id = ?", {claimed[i].job.id},
                                  [&](const Row& row) {
                                    claimed[i].args = row.string(0);
                                    return false;
                                  });
        !done)
      return done;
  return {};
}

Result<std::vector<Claimed>> SqliteJobStore::claim(const std::string& worker, std::size_t count,
                                                   Milliseconds now, std::int64_t lease_ms,
                                                   const std::vector<std::string>& passed_over) {
  std::string others;
  if (!passed_over.empty())
    others = " AND workspace || '/' || script_path NOT IN (" + places(passed_over.size()) + ")";
  const auto limit = static_cast<std::int64_t>(count);
  std::vector<Claimed> claimed;
  const auto done = store_->write(
      [&](Database& database) -> Result<void> {
        claimed.clear();
        Due lost{"status = 1 AND lease_until < ?" + others + " ORDER BY lease_until LIMIT ?", {now}};
        Due waiting{
            "status = 0 AND scheduled_for <= ?" + others + " ORDER BY priority DESC, scheduled_for LIMIT ?",
            {now}};
        for (Due* due : {&lost, &waiting}) {
          for (const std::string& script : passed_over) due->values.emplace_back(script);
          due->values.emplace_back(limit - static_cast<std::int64_t>(claimed.size()));
          if (auto taken = claim_where(database, *due, worker, now, now + lease_ms, claimed); !taken)
            return taken;
        }
        return {};
      },
      Durability::crash);
  if (!done) return done.error();
  std::sort(claimed.begin(), claimed.end(), [](const Claimed& a, const Claimed& b) {
    return std::pair(-a.job.priority, a.job.scheduled_for) < std::pair(-b.job.priority, b.job.scheduled_for);
  });
  return claimed;
}

Result<std::optional<Milliseconds>> SqliteJobStore::next_due(Milliseconds now) {
  std::optional<Milliseconds> next;
  const auto done = store_->read([&](Database& database) {
    return database.each("SELECT min(scheduled_for) FROM job WHERE status = 0 AND scheduled_for > ?", {now},
                         [&](const Row& row) {
                           if (!row.is_null(0)) next = row.integer(0);
                           return false;
                         });
  });
  if (!done) return done.error();
  return next;
}

Result<JobStore::Kept> SqliteJobStore::keep(const std::vector<Lease>& leases, Milliseconds until) {
  Kept kept;
  const auto done = store_->write(
      [&](Database& database) -> Result<void> {
        kept = {};
        for (const Lease& lease : leases) {
          bool found = false, canceled = false;
          if (auto updated =
                  database.each("UPDATE job SET lease_until = ? WHERE id = ? AND attempts = ? AND status = 1 "
                                "RETURNING canceled_by <> ''",
                                {until, lease.job_id, lease.fence},
                                [&](const Row& row) {
                                  found = true;
                                  canceled = row.integer(0) != 0;
                                  return true;
                                });
              !updated)
            return updated;
          if (!found) kept.lost.push_back(lease.job_id);
          if (canceled) kept.canceled.push_back(lease.job_id);
        }
        return {};
      },
      Durability::crash);
  if (!done) return done.error();
  return kept;
}

Result<bool> SqliteJobStore::change(std::string_view sql, const std::vector<Value>& values,
                                    Durability durability,
                                    const std::function<Result<void>(Database&)>& beside) {
  bool changed = false;
  const auto done = store_->write(
      [&](Database& database) -> Result<void> {
        if (auto ran = database.run(sql, values); !ran) return ran;
        changed = database.changes() > 0;
        return changed && beside ? beside(database) : Result<void>();
      },
      durability);
  if (!done) return done.error();
  return changed;
}

Result<bool> SqliteJobStore::finish(const Lease& lease, const JobEnd& end) {
  const std::string labels = labels_in(end.result);
  JobTexts texts{.result = end.result, .log = end.log};
  if (!end.stream.empty()) texts.stream = end.stream;
  return change(
      "UPDATE job SET status = ?, completed_at = ?, duration_ms = ?, memory_peak_kib = ?, labels = ? "
      "WHERE id = ? AND attempts = ? AND status = 1",
      {number_of(end.status), end.completed_at, end.duration_ms, end.memory_peak_kib, labels, lease.job_id,
       lease.fence},
      Durability::power_loss, [&](Database& database) -> Result<void> {
        if (auto put = put_texts(database, lease.job_id, texts); !put || !end.next) return put;
        auto added = add_now(database, *end.next, end.completed_at);
        return added ? Result<void>() : added.error();
      });
}

Result<bool> SqliteJobStore::give_back(const Lease& lease, const Later& later) {
  // One that was canceled meanwhile is over as soon as it is claimed, so it is not to wait.
  return change(
      "UPDATE job SET status = 0, scheduled_for = iif(canceled_by = '', ?, scheduled_for), retries = retries "
      "+ ?, started_at = NULL, "
      "lease_until = 0 WHERE id = ? AND attempts = ? AND status = 1",
      {later.scheduled_for, std::int64_t{later.failed}, lease.job_id, lease.fence},
      later.failed ? Durability::power_loss : Durability::crash, [&](Database& database) {
        return later.log.empty() ? Result<void>() : put_texts(database, lease.job_id, {.log = later.log});
      });
}

Result<std::vector<std::string>> SqliteJobStore::texts(std::string_view sql, Values values) {
  std::vector<std::string> found;
  const auto done = store_->read([&](Database& database) {
    return database.each(sql, values, [&](const Row& row) {
      found.push_back(row.string(0));
      return true;
    });
  });
  if (!done) return done.error();
  return found;
}

Result<std::vector<std::string>> SqliteJobStore::workers() {
  return texts("SELECT DISTINCT worker FROM job WHERE status = 1", {});
}

Result<std::int64_t> SqliteJobStore::free_jobs_of(const std::string& worker) {
  std::int64_t freed = 0;
  const auto done = store_->write(
      [&](Database& database) -> Result<void> {
        auto ran = database.run("UPDATE job SET lease_until = 0 WHERE status = 1 AND worker = ?", {worker});
        freed = ran ? database.changes() : 0;
        return ran;
      },
      Durability::crash);
  if (!done) return done.error();
  return freed;
}

Result<std::vector<std::string>> SqliteJobStore::canceled_of(const std::string& worker) {
  return texts("SELECT id FROM job WHERE status = 1 AND worker = ? AND canceled_by <> ''", {worker});
}

Result<CancelOutcome> SqliteJobStore::cancel(const CancelOrder& order) {
  CancelOutcome outcome = CancelOutcome::unknown;
  const auto done = store_->write([&](Database& database) -> Result<void> {
    // Another fence: who runs it finds its lease lost.
    const JobStatus last = order.force == CancelForce::take ? JobStatus::running : JobStatus::queued;
    if (auto ran = database.run("UPDATE job SET canceled_by = ?, canceled_reason = ?, status = ?, "
                                "completed_at = ?, attempts = attempts + status "
                                "WHERE id = ? AND workspace = ? AND status <= ?",
                                {order.by, order.reason, number_of(JobStatus::canceled), order.now,
                                 order.job_id, order.workspace, number_of(last)});
        !ran)
      return ran;
    outcome = CancelOutcome::canceled;
    if (database.changes() > 0) return put_texts(database, order.job_id, {.result = order.result});
    if (auto ran = database.run("UPDATE job SET canceled_by = ?, canceled_reason = ? "
                                "WHERE id = ? AND workspace = ? AND status = 1",
                                {order.by, order.reason, order.job_id, order.workspace});
        !ran)
      return ran;
    outcome = CancelOutcome::asked;
    if (database.changes() > 0) return {};
    const auto found = database.integer("SELECT count(*) FROM job WHERE id = ? AND workspace = ?",
                                        {order.job_id, order.workspace});
    if (!found) return found.error();
    outcome = *found > 0 ? CancelOutcome::already_over : CancelOutcome::unknown;
    return {};
  });
  if (!done) return done.error();
  return outcome;
}

}  // namespace towermill
