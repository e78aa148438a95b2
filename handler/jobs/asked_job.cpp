#include "handler/jobs/asked_job.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <variant>

#include "runner/base/rfc3339.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::int64_t longest_delay_s = 36'500 * std::int64_t{86'400};
constexpr std::int64_t highest_priority = 100;
constexpr std::size_t longest_tag_bytes = 255;
constexpr const char* owner_of_all = "u/webhook";

// Of a job that another has started.
constexpr std::int64_t priority_of_children = 2;

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool is_digit = std::string_view("0123456789abcdefABCDEF").find(text[i]) != std::string_view::npos;
    if (is_dash ? text[i] != '-' : !is_digit) return false;
  }
  return true;
}

Error must_be(std::string_view name, const std::string& what) {
  return Error{"the query parameter " + std::string(name) + " must be " + what};
}

/// "" where there is none.
Result<std::string> uuid_in(const Query& query, std::string_view name) {
  const auto text = query.get(name);
  if (!text) return std::string();
  if (!is_uuid(*text)) return must_be(name, "a UUID");
  return to_lower(*text);
}

Result<std::optional<std::int64_t>> number_in(const Query& query, std::string_view name, std::int64_t most) {
  const auto number = query.integer(name);
  if (!number) return number.error();
  if (!*number) return std::optional<std::int64_t>();
  if (**number < 0 || **number > most) return must_be(name, "from 0 to " + std::to_string(most));
  return std::optional<std::int64_t>(**number);
}

/// One step after the other, until one has an error.
class Reader {
 public:
  explicit Reader(const Query& query) : query_(query) {}

  void uuid(std::string_view name, std::string& into) {
    if (auto read = taken(uuid_in(query_, name))) into = std::move(*read);
  }
  std::optional<std::int64_t> number(std::string_view name, std::int64_t most) {
    return taken(number_in(query_, name, most)).value_or(std::nullopt);
  }
  bool flag(std::string_view name) { return taken(query_.flag(name)).value_or(false); }
  std::string text(std::string_view name, std::size_t most_bytes) {
    const std::string_view given = query_.get(name).value_or("");
    const bool fits = given.size() <= most_bytes && is_utf8(given) && printable(given) == given;
    if (!fits && !error_)
      error_ = must_be(name, "printable UTF-8 of up to " + std::to_string(most_bytes) + " bytes");
    return std::string(given);
  }
  std::optional<Milliseconds> moment(std::string_view name) {
    const auto text = query_.get(name);
    if (!text) return std::nullopt;
    const auto unix_s = from_rfc3339(*text);
    if (!unix_s && !error_) error_ = must_be(name, "a moment as RFC 3339 has it, 2026-01-31T12:00:00Z");
    return unix_s.value_or(0) * 1000;
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  template <class Value>
  std::optional<Value> taken(Result<Value> read) {
    if (read) return std::move(*read);
    if (!error_) error_ = read.error();
    return std::nullopt;
  }

  const Query& query_;
  std::optional<Error> error_;
};

}  // namespace

Milliseconds now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Result<AskedJob> asked_job_in(const Query& query, Milliseconds now) {
  Reader reader(query);
  AskedJob asked;
  reader.uuid("job_id", asked.id);
  reader.uuid("parent_job", asked.parent_job);
  reader.uuid("root_job", asked.root_job);
  asked.tag = reader.text("tag", longest_tag_bytes);
  asked.queue_limit = reader.number("queue_limit", INT32_MAX);
  asked.visible_to_owner = !reader.flag("invisible_to_owner");
  asked.scheduled_for = reader.moment("scheduled_for");
  if (const auto delay = reader.number("scheduled_in_secs", longest_delay_s))
    asked.scheduled_for = now + *delay * 1000;
  const bool is_child = !asked.parent_job.empty() || !asked.root_job.empty();
  asked.priority = reader.number("priority", highest_priority).value_or(is_child ? priority_of_children : 0);
  asked.timeout_s = reader.number("timeout", INT32_MAX).value_or(0);
  if (reader.error()) return *reader.error();
  return asked;
}

JobRecord record_of(const Job& job, const AskedJob& asked, Milliseconds now) {
  const Script& script = *job.script;
  JobRecord record;
  record.id = job.id;
  record.workspace = job.workspace;
  record.script_path = script.path;
  record.script_hash = script.version();
  record.language = script.language->name();
  const std::string own_tag = script.meta.tag.empty() ? record.language : script.meta.tag;
  record.tag = asked.tag.empty() ? own_tag : asked.tag;
  record.priority = asked.priority;
  record.parent_job = asked.parent_job;
  record.root_job = asked.root_job;
  record.created_by = job.created_by;
  record.owner = owner_of_all;
  record.visible_to_owner = asked.visible_to_owner;
  record.trigger_kind = "webhook";
  record.created_at = now;
  record.scheduled_for = std::max(now, asked.scheduled_for.value_or(now));
  record.timeout_s = asked.timeout_s;
  record.preprocessed = job.preprocess == Preprocess::yes;
  return record;
}

JobRecord record_of_newest(const Workspace& workspace, const std::string& script_path) {
  JobRecord record;
  record.workspace = workspace.name();
  record.script_path = script_path;
  const auto lookup = workspace.find(script_path);
  if (const auto* script = std::get_if<std::shared_ptr<const Script>>(&lookup)) {
    record.language = (*script)->language->name();
    record.tag = (*script)->meta.tag.empty() ? record.language : (*script)->meta.tag;
  }
  record.owner = owner_of_all;
  record.created_at = record.scheduled_for = now_ms();
  return record;
}

void came_by_route(JobRecord& job, const std::string& trigger_path) {
  job.trigger_kind = "http";
  job.trigger_path = trigger_path;
}

}  // namespace towermill
