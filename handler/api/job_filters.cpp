#include "handler/api/job_filters.h"

#include <algorithm>
#include <array>
#include <utility>

#include "handler/jobs/job_time.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr long jobs_on_a_page = 100, most_on_a_page = 1000, last_page = 1'000'000;

using Statuses = std::vector<JobStatus>;
const Statuses unfinished = {JobStatus::queued, JobStatus::running};
const Statuses finished = {JobStatus::success, JobStatus::failure, JobStatus::canceled, JobStatus::skipped};
const Statuses successful = {JobStatus::success, JobStatus::skipped};
const Statuses unsuccessful = {JobStatus::failure, JobStatus::canceled};

/// Reads one query into one filter; keeps the first fault.
class FilterReader {
 public:
  FilterReader(const Query& query, Milliseconds now) : query_(query), now_(now) {}

  Result<JobFilter> read(const std::string& workspace, Listing listing) {
    filter_.workspace = workspace;
    read_statuses(listing);
    read_words();
    read_moments();
    read_page();
    if (!fault_.empty()) return Error{std::move(fault_)};
    return std::move(filter_);
  }

 private:
  std::string text(std::string_view name) const { return std::string(query_.get(name).value_or("")); }

  std::optional<bool> flag(std::string_view name) {
    if (!query_.get(name)) return std::nullopt;
    const auto found = query_.flag(name);
    if (found) return *found;
    fail(found.error().message);
    return std::nullopt;
  }

  bool is_set(std::string_view name) { return flag(name).value_or(false); }

  Words words(std::string_view name, bool patterns = false) const {
    Words words;
    words.patterns = patterns;
    std::string all = text(name);
    const bool negated = all.starts_with('!');
    if (negated) all.erase(0, 1);
    for (std::string& word : split(all, ','))
      if (!word.empty()) (negated ? words.none : words.any).push_back(std::move(word));
    return words;
  }

  void moment(std::string_view name, std::optional<Milliseconds>& place) {
    const std::string given = text(name);
    if (given.empty()) return;
    place = moment_in(given);
    if (!place) fail(std::string(name) + " must be a time as 2026-01-31T12:00:00Z");
  }

  long integer(std::string_view name, long otherwise, long most) {
    const auto found = query_.integer(name);
    if (!found) fail(found.error().message);
    return std::clamp(found ? found->value_or(otherwise) : otherwise, 1L, most);
  }

  void fail(std::string why) {
    if (fault_.empty()) fault_ = std::move(why);
  }

  /// Leaves those that are among these too.
  void only(const Statuses& statuses) {
    std::erase_if(left_, [&](JobStatus status) {
      return std::find(statuses.begin(), statuses.end(), status) == statuses.end();
    });
  }

  void without(const Statuses& statuses) {
    for (const JobStatus status : statuses) std::erase(left_, status);
  }

  Statuses statuses_in(const std::vector<std::string>& words) {
    Statuses statuses;
    for (const std::string& word : words) {
      const auto status = job_status_of(word == "waiting" ? "queued" : word);
      if (status) {
        statuses.push_back(*status);
      } else if (word != "suspended") {  // none ever is
        fail("status must be success, failure, canceled, skipped, running or queued, not " + printable(word));
      }
    }
    return statuses;
  }

  void read_statuses(Listing listing) {
    const auto running = flag("running"), success = flag("success");
    if (running && success) return fail("cannot specify both success and running");
    if (listing == Listing::queue) only(unfinished);
    if (listing == Listing::completed) only(finished);
    if (running) only({*running ? JobStatus::running : JobStatus::queued});
    if (success) only(*success ? successful : unsuccessful);
    const Words named = words("status");
    if (!named.any.empty()) only(statuses_in(named.any));
    if (!named.none.empty()) without(statuses_in(named.none));
    if (const auto skipped = flag("is_skipped"))
      *skipped ? only({JobStatus::skipped}) : without({JobStatus::skipped});
    // There are no flows: no job waits in one, or is a step of one.
    if (is_set("suspended") || is_set("is_flow_step")) left_.clear();
    if (left_.size() < all_) filter_.statuses = left_;
    filter_.nothing = left_.empty();
  }

  void read_words() {
    const bool patterns = is_set("allow_wildcards");
    filter_.kinds = words("job_kinds");
    filter_.created_by = words("created_by", patterns);
    filter_.tags = words("tag", patterns);
    filter_.workers = words("worker", patterns);
    filter_.triggers = words("trigger_kind");
    filter_.scripts = words("script_path_exact", patterns);
    filter_.script_prefix = text("script_path_start");
    filter_.script_hash = text("script_hash");
    filter_.parent_job = text("parent_job");
    filter_.trigger_path = text("trigger_path");
    filter_.label = text("label");
    filter_.somewhere = text("broad_filter");
    if (const std::string schedule = text("schedule_path"); !schedule.empty()) {
      filter_.triggers = {"schedule"};
      filter_.trigger_path = schedule;
    }
    if (is_set("has_null_parent")) filter_.has_parent = false;
    if (is_set("is_not_schedule")) filter_.triggers.none.emplace_back("schedule");
    if (is_set("all_workspaces")) fail("all_workspaces is not supported: ask each workspace");
    for (const char* name : {"args", "result"})
      if (query_.get(name)) fail("the filter " + std::string(name) + " is not supported");
  }

  void read_moments() {
    moment("created_before", filter_.created_before);
    moment("created_after", filter_.created_after);
    moment("started_before", filter_.started_before);
    moment("started_after", filter_.started_after);
    moment("completed_before", filter_.completed_before);
    moment("completed_after", filter_.completed_after);
    moment("created_before_queue", filter_.waiting_created_before);
    moment("created_after_queue", filter_.waiting_created_after);
    if (is_set("scheduled_for_before_now")) filter_.due_by = now_;
  }

  void read_page() {
    if (const auto newest_first = flag("order_desc"); newest_first && !*newest_first)
      filter_.order = ListOrder::oldest_first;
    const long most = integer("per_page", jobs_on_a_page, most_on_a_page);
    filter_.count = static_cast<std::size_t>(most);
    filter_.offset = static_cast<std::size_t>((integer("page", 1, last_page) - 1) * most);
  }

  static constexpr std::size_t all_ = 6;
  const Query& query_;
  const Milliseconds now_;
  JobFilter filter_;
  Statuses left_ = {JobStatus::queued,  JobStatus::running,  JobStatus::success,
                    JobStatus::failure, JobStatus::canceled, JobStatus::skipped};
  std::string fault_;
};

}  // namespace

Result<JobFilter> job_filter(const Query& query, const std::string& workspace, Listing listing,
                             Milliseconds now) {
  return FilterReader(query, now).read(workspace, listing);
}

}  // namespace towermill
