#include "handler/jobs/job_select.h"

#include <utility>

namespace towermill {

namespace {

/// Conditions that all hold, as they are added.
class Where {
 public:
  void add(std::string condition, Value value) {
    sql_ += (sql_.empty() ? " WHERE " : " AND ") + std::move(condition);
    values_.push_back(value);
  }

  void equals(const std::string& column, const std::string& text) {
    if (!text.empty()) add(column + " = ?", text);
  }

  void any_of(const std::string& column, const std::vector<Value>& choices) {
    if (choices.empty()) return;
    std::string places;
    for (const Value& choice : choices) {
      places += places.empty() ? "?" : ", ?";
      values_.push_back(choice);
    }
    sql_ += (sql_.empty() ? " WHERE " : " AND ") + column + " IN (" + places + ")";
  }

  void any_of(const std::string& column, const std::vector<std::string>& texts) {
    any_of(column, std::vector<Value>(texts.begin(), texts.end()));
  }

  void time(const std::string& condition, const std::optional<Milliseconds>& moment) {
    if (moment) add(condition, *moment);
  }

  const std::string& sql() const { return sql_; }
  std::vector<Value> values() && { return std::move(values_); }

 private:
  std::string sql_;
  std::vector<Value> values_;
};

Where where(const JobFilter& filter) {
  Where where;
  where.equals("workspace", filter.workspace);
  std::vector<Value> statuses;
  for (const JobStatus status : filter.statuses) statuses.emplace_back(static_cast<std::int64_t>(status));
  where.any_of("status", statuses);
  where.any_of("kind", filter.kinds);
  where.any_of("created_by", filter.created_by);
  where.any_of("tag", filter.tags);
  where.any_of("trigger_kind", filter.triggers);
  where.any_of("script_path", filter.scripts);
  if (!filter.script_prefix.empty()) {
    // A range, which an index answers, and in which % and _ mean themselves. U+10FFFF is the last there is.
    where.add("script_path >= ?", filter.script_prefix);
    where.add("script_path < ? || '\xF4\x8F\xBF\xBF'", filter.script_prefix);
  }
  where.equals("script_hash", filter.script_hash);
  where.equals("parent_job", filter.parent_job);
  where.equals("trigger_path", filter.trigger_path);
  where.equals("worker", filter.worker);
  if (filter.has_parent) where.add("(parent_job <> '') = ?", std::int64_t{*filter.has_parent});
  where.time("created_at < ?", filter.created_before);
  where.time("created_at > ?", filter.created_after);
  where.time("started_at < ?", filter.started_before);
  where.time("started_at > ?", filter.started_after);
  where.time("completed_at < ?", filter.completed_before);
  where.time("completed_at > ?", filter.completed_after);
  where.time("scheduled_for <= ?", filter.due_by);
  return where;
}

}  // namespace

Select select_jobs(const JobFilter& filter, const std::string& columns) {
  Where conditions = where(filter);
  const std::string way = filter.order == ListOrder::newest_first ? " DESC" : "";
  std::string sql = "SELECT " + columns + " FROM job" + conditions.sql() + " ORDER BY created_at" + way +
                    ", id" + way + " LIMIT ? OFFSET ?";
  Select select{std::move(sql), std::move(conditions).values()};
  select.values.emplace_back(static_cast<std::int64_t>(filter.count));
  select.values.emplace_back(static_cast<std::int64_t>(filter.offset));
  return select;
}

Select count_jobs(const JobFilter& filter) {
  Where conditions = where(filter);
  std::string sql = "SELECT count(*) FROM job" + conditions.sql();
  return {std::move(sql), std::move(conditions).values()};
}

}  // namespace towermill
