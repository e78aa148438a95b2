#include "handler/jobs/job_select.h"

#include <algorithm>
#include <utility>

#include "runner/base/json.h"

namespace towermill {

namespace {

/// What GLOB takes for "*" and itself.
std::string glob_of(const std::string& pattern) {
  std::string glob;
  for (const char character : pattern) {
    if (character == '[' || character == '?') {
      glob += std::string("[") + character + "]";
    } else {
      glob += character;
    }
  }
  return glob;
}

/// Conditions that all hold, as they are added.
class Where {
 public:
  void add(const std::string& condition) { sql_ += (sql_.empty() ? " WHERE " : " AND ") + condition; }
  void add(const std::string& condition, Value value) {
    add(condition);
    values_.push_back(value);
  }

  void equals(const std::string& column, const std::string& text) {
    if (!text.empty()) add(column + " = ?", text);
  }

  void words(const std::string& column, const Words& words) {
    if (!words.any.empty()) add(one_of(column, words.any, words.patterns));
    if (!words.none.empty()) add("NOT " + one_of(column, words.none, words.patterns));
  }

  /// In numbers, not places: an index of some statuses is found by them.
  void statuses(const std::vector<JobStatus>& statuses) {
    if (statuses.empty()) return;
    const auto [least, most] = std::minmax_element(statuses.begin(), statuses.end());
    if (!is_over(*most)) add("status < 2");
    if (*least > JobStatus::success) add("status > 2");
    std::string numbers;
    for (const JobStatus status : statuses)
      numbers += (numbers.empty() ? "" : ", ") + std::to_string(static_cast<int>(status));
    add("status IN (" + numbers + ")");
  }

  void time(const std::string& condition, const std::optional<Milliseconds>& moment) {
    if (moment) add(condition, *moment);
  }

  void label(const std::string& label) {
    if (label.empty()) return;
    add("labels <> ''");
    add("instr(labels, ?) > 0", texts_.emplace_back(json_quote(label)));
  }

  void somewhere(const std::string& part) {
    if (part.empty()) return;
    add("(instr(script_path, ?) > 0 OR instr(tag, ?) > 0 OR instr(created_by, ?) > 0 OR id = ?)");
    values_.insert(values_.end(), 4, Value(part));
  }

  const std::string& sql() const { return sql_; }
  Select select(std::string text) && { return {std::move(text), std::move(values_), std::move(texts_)}; }

 private:
  std::string one_of(const std::string& column, const std::vector<std::string>& choices, bool patterns) {
    std::string sql;
    for (const std::string& choice : choices) {
      const bool is_pattern = patterns && choice.find('*') != std::string::npos;
      sql += (sql.empty() ? "(" : " OR ") + column + (is_pattern ? " GLOB ?" : " = ?");
      values_.emplace_back(is_pattern ? texts_.emplace_back(glob_of(choice)) : choice);
    }
    return sql + ")";
  }

  std::string sql_;
  std::vector<Value> values_;
  std::deque<std::string> texts_;
};

void add_words(Where& where, const JobFilter& filter) {
  where.words("kind", filter.kinds);
  where.words("created_by", filter.created_by);
  where.words("tag", filter.tags);
  where.words("trigger_kind", filter.triggers);
  where.words("script_path", filter.scripts);
  where.words("worker", filter.workers);
  if (!filter.script_prefix.empty()) {
    // A range, which an index answers, and in which % and _ mean themselves. U+10FFFF is the last there is.
    where.add("script_path >= ?", filter.script_prefix);
    where.add("script_path < ? || '\xF4\x8F\xBF\xBF'", filter.script_prefix);
  }
  where.equals("script_hash", filter.script_hash);
  if (!filter.parent_job.empty()) where.add("parent_job <> ''");
  where.equals("parent_job", filter.parent_job);
  if (!filter.trigger_path.empty()) where.add("trigger_path <> ''");
  where.equals("trigger_path", filter.trigger_path);
  where.label(filter.label);
  where.somewhere(filter.somewhere);
  if (filter.has_parent) where.add(*filter.has_parent ? "parent_job <> ''" : "parent_job = ''");
}

void add_times(Where& where, const JobFilter& filter) {
  where.time("created_at < ?", filter.created_before);
  where.time("created_at > ?", filter.created_after);
  where.time("started_at < ?", filter.started_before);
  where.time("started_at > ?", filter.started_after);
  where.time("completed_at < ?", filter.completed_before);
  where.time("completed_at > ?", filter.completed_after);
  where.time("scheduled_for <= ?", filter.due_by);
  where.time("(status > 1 OR created_at < ?)", filter.waiting_created_before);
  where.time("(status > 1 OR created_at > ?)", filter.waiting_created_after);
}

Where where(const JobFilter& filter) {
  Where where;
  where.equals("workspace", filter.workspace);
  if (filter.nothing) where.add("0");
  where.statuses(filter.statuses);
  add_words(where, filter);
  add_times(where, filter);
  return where;
}

}  // namespace

Select select_jobs(const JobFilter& filter, const std::string& columns) {
  Where conditions = where(filter);
  const std::string way = filter.order == ListOrder::newest_first ? " DESC" : "";
  std::string sql = "SELECT " + columns + " FROM job" + conditions.sql() + " ORDER BY created_at" + way +
                    ", id" + way + " LIMIT ? OFFSET ?";
  Select select = std::move(conditions).select(std::move(sql));
  select.values.emplace_back(static_cast<std::int64_t>(filter.count));
  select.values.emplace_back(static_cast<std::int64_t>(filter.offset));
  return select;
}

Select count_jobs(const JobFilter& filter) {
  Where conditions = where(filter);
  std::string sql = "SELECT count(*) FROM job" + conditions.sql();
  return std::move(conditions).select(std::move(sql));
}

}  // namespace towermill
