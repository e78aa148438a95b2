// What is kept of jobs: recorded, read, forgotten.
#include <utility>

#include "handler/jobs/job_json.h"
#include "handler/jobs/job_rows.h"
#include "handler/jobs/job_select.h"
#include "handler/jobs/sqlite_job_store.h"
#include "runner/base/incarnation.h"

namespace towermill {

namespace {

JobTexts texts_of(const RanJob& ran) {
  JobTexts texts{.args = ran.args, .result = ran.end.result, .log = ran.end.log};
  if (!ran.end.stream.empty()) texts.stream = ran.end.stream;
  return texts;
}

}  // namespace

SqliteJobStore::SqliteJobStore(std::shared_ptr<Store> store)
    : store_(std::move(store)), deliveries_(store_, own_incarnation()) {}

Result<std::unique_ptr<JobStore>> SqliteJobStore::open(const std::string& path) {
  auto store = Store::open(path, job_schema);
  if (!store) return store.error();
  return std::unique_ptr<JobStore>(new SqliteJobStore(std::shared_ptr<Store>(std::move(*store))));
}

Result<void> SqliteJobStore::record(const std::vector<RanJob>& jobs) {
  return store_->write(
      [&](Database& database) -> Result<void> {
        for (const RanJob& ran : jobs) {
          JobRecord job = ran.job;
          job.status = ran.end.status;
          job.completed_at = ran.end.completed_at;
          job.duration_ms = ran.end.duration_ms;
          job.memory_peak_kib = ran.end.memory_peak_kib;
          job.labels = labels_in(ran.end.result);
          if (auto done = insert_job(database, job); !done) return done;
          if (auto done = put_texts(database, job.id, texts_of(ran)); !done) return done;
        }
        return {};
      },
      Durability::crash);
}

Result<std::optional<JobRecord>> SqliteJobStore::get(const std::string& id) {
  static const std::string sql = "SELECT " + job_columns + " FROM job WHERE id = ?";
  std::optional<JobRecord> job;
  const auto done = store_->read([&](Database& database) {
    return database.each(sql, {id}, [&](const Row& row) {
      job = record_in(row);
      return false;
    });
  });
  if (!done) return done.error();
  return job;
}

Result<std::optional<std::string>> SqliteJobStore::text(const std::string& id, std::string_view column) {
  const std::string sql = "SELECT " + std::string(column) + " FROM job_text WHERE job_id = ?";
  std::optional<std::string> found;
  const auto done = store_->read([&](Database& database) {
    return database.each(sql, {id}, [&](const Row& row) {
      if (!row.is_null(0)) found = row.string(0);
      return false;
    });
  });
  if (!done) return done.error();
  return found;
}

Result<std::vector<JobRecord>> SqliteJobStore::list(const JobFilter& filter) {
  const Select select = select_jobs(filter, job_columns);
  std::vector<JobRecord> jobs;
  const auto done = store_->read([&](Database& database) {
    return database.each(select.sql, select.values, [&](const Row& row) {
      jobs.push_back(record_in(row));
      return true;
    });
  });
  if (!done) return done.error();
  return jobs;
}

Result<std::int64_t> SqliteJobStore::count(const JobFilter& filter) {
  const Select select = count_jobs(filter);
  std::int64_t counted = 0;
  const auto done = store_->read([&](Database& database) -> Result<void> {
    const auto found = database.integer(select.sql, select.values);
    if (!found) return found.error();
    counted = *found;
    return {};
  });
  if (!done) return done.error();
  return counted;
}

/// Named in these, for without statistics SQLite takes any index that begins with the workspace, and reads
/// every job there is.
Result<QueueCounts> SqliteJobStore::queue_counts(const std::string& workspace, Milliseconds now) {
  QueueCounts counts;
  const auto done = store_->read([&](Database& database) {
    return database.each(
        "SELECT count(*) FILTER (WHERE status = 0), count(*) FILTER (WHERE status = 1), "
        "count(*) FILTER (WHERE status = 0 AND scheduled_for <= ?) FROM job INDEXED BY job_unfinished "
        "WHERE status < 2 AND workspace = ?",
        {now, workspace}, [&](const Row& row) {
          counts = {row.integer(0), row.integer(1), row.integer(2)};
          return false;
        });
  });
  if (!done) return done.error();
  return counts;
}

Result<std::int64_t> SqliteJobStore::queue_position(const std::string& workspace,
                                                    Milliseconds scheduled_for) {
  std::int64_t position = 0;
  const auto done = store_->read([&](Database& database) -> Result<void> {
    const auto found = database.integer(
        "SELECT count(*) FROM job INDEXED BY job_unfinished "
        "WHERE status < 2 AND status = 0 AND workspace = ? AND scheduled_for < ?",
        {workspace, scheduled_for});
    if (!found) return found.error();
    position = *found;
    return {};
  });
  if (!done) return done.error();
  return position;
}

Result<bool> SqliteJobStore::wipe(const std::string& id) {
  bool found = false;
  const auto done = store_->write([&](Database& database) -> Result<void> {
    if (auto ran = database.run("UPDATE job SET wiped = 1, labels = '' WHERE id = ? AND status > 1", {id});
        !ran)
      return ran;
    found = database.changes() > 0;
    return found ? database.run("DELETE FROM job_text WHERE job_id = ?", {id}) : Result<void>();
  });
  if (!done) return done.error();
  return found;
}

Result<std::int64_t> SqliteJobStore::forget(Milliseconds completed_before, std::size_t count) {
  std::int64_t forgotten = 0;
  const auto done = store_->write(
      [&](Database& database) -> Result<void> {
        std::vector<std::string> ids;
        if (auto found =
                database.each("SELECT id FROM job WHERE completed_at IS NOT NULL AND completed_at < ? "
                              "ORDER BY completed_at LIMIT ?",
                              {completed_before, static_cast<std::int64_t>(count)},
                              [&](const Row& row) {
                                ids.push_back(row.string(0));
                                return true;
                              });
            !found)
          return found;
        for (const std::string& id : ids)
          for (const char* sql : {"DELETE FROM job WHERE id = ?", "DELETE FROM job_text WHERE job_id = ?"})
            if (auto removed = database.run(sql, {id}); !removed) return removed;
        forgotten = static_cast<std::int64_t>(ids.size());
        return {};
      },
      Durability::crash);
  if (!done) return done.error();
  return forgotten;
}

Result<std::optional<Milliseconds>> SqliteJobStore::moment_before_newest(std::int64_t newest) {
  std::optional<Milliseconds> moment;
  const auto done = store_->read([&](Database& database) {
    return database.each(
        "SELECT completed_at FROM job WHERE completed_at IS NOT NULL ORDER BY completed_at DESC LIMIT 1 "
        "OFFSET ?",
        {newest}, [&](const Row& row) {
          moment = row.integer(0);
          return false;
        });
  });
  if (!done) return done.error();
  return moment;
}

}  // namespace towermill
