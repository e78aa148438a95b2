#include "handler/app/upkeep.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <chrono>
#include <ctime>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "handler/jobs/asked_job.h"
#include "handler/workspace/version_store.h"
#include "runner/base/clock.h"
#include "runner/base/fd.h"
#include "runner/base/prune.h"

namespace towermill {

namespace {

constexpr std::chrono::minutes interval{15};
constexpr std::chrono::seconds longest_prune{5};
constexpr std::int64_t day_s = 86'400;

void tell(std::string_view what, const Pruned& pruned, const Log& log) {
  if (pruned.entries == 0) return;
  log.info("pruned", {{"what", what},
                      {"entries", static_cast<std::int64_t>(pruned.entries)},
                      {"bytes", pruned.bytes},
                      {"left_bytes", pruned.left_bytes}});
}

/// In small steps: each holds up who writes meanwhile.
void forget_deliveries(const Settings& settings, Jobs& jobs, const Log& log,
                       const std::function<bool()>& go_on) {
  constexpr std::int64_t step = 500;
  const auto now = std::chrono::system_clock::now() - std::chrono::hours(settings.deliveries_keep_hours);
  const Milliseconds before =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  std::int64_t all = 0, count = step;
  while (count == step && go_on()) {
    // Where the store fails, it has been logged.
    const auto forgotten = jobs.ask([&](JobStore& store) { return store.deliveries().forget(before, step); });
    count = forgotten ? *forgotten : 0;
    all += count;
  }
  if (all > 0) log.info("pruned", {{"what", "deliveries"}, {"entries", all}});
}

/// In small steps, too. Returns how many.
std::int64_t forget_jobs_before(Milliseconds moment, Jobs& jobs, const std::function<bool()>& go_on) {
  constexpr std::size_t step = 200;
  std::int64_t all = 0, count = step;
  while (count == static_cast<std::int64_t>(step) && go_on()) {
    const auto forgotten = jobs.ask([&](JobStore& store) { return store.forget(moment, step); });
    count = forgotten ? *forgotten : 0;
    all += count;
  }
  return all;
}

void forget_jobs(const Settings& settings, Jobs& jobs, const Log& log, const std::function<bool()>& go_on) {
  const std::int64_t keep_ms = settings.jobs_keep_days * day_s * 1000;
  std::int64_t all = forget_jobs_before(now_ms() - keep_ms, jobs, go_on);
  if (settings.jobs_keep_count > 0) {
    const auto moment =
        jobs.ask([&](JobStore& store) { return store.moment_before_newest(settings.jobs_keep_count); });
    if (moment && *moment) all += forget_jobs_before(**moment + 1, jobs, go_on);
  }
  if (all > 0) log.info("pruned", {{"what", "jobs"}, {"entries", all}});
}

void prune_all(const Settings& settings, const StateFolders& folders, Jobs& jobs, const Log& log,
               const std::function<bool()>& go_on) {
  forget_deliveries(settings, jobs, log, go_on);
  forget_jobs(settings, jobs, log, go_on);
  if (!folders.versions.empty())
    tell("versions",
         prune(version_folders(folders.versions), {.limit_bytes = settings.versions_limit_bytes,
                                                   .keep_s = settings.versions_keep_days * day_s,
                                                   .go_on = go_on}),
         log);
  if (!folders.cache.empty())
    tell("cache", prune({folders.cache}, {.limit_bytes = settings.cache_limit_bytes, .go_on = go_on}), log);
}

/// True for one process a day.
bool is_due(const std::string& stamp) {
  struct stat info {};
  if (::stat(stamp.c_str(), &info) == 0 && info.st_mtim.tv_sec > ::time(nullptr) - day_s) return false;
  const UniqueFd file(::open(stamp.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  return file && ::futimens(file.get(), nullptr) == 0;
}

}  // namespace

void prune_daily(const Settings& settings, const StateFolders& folders, Jobs& jobs, const Log& log) {
  if (!is_due(folders.pruned)) return;
  const TimePoint until = Clock::now() + longest_prune;
  prune_all(settings, folders, jobs, log, [until] { return Clock::now() < until; });
}

Upkeep::Upkeep(const Settings& settings, const StateFolders& folders, Jobs& jobs, const Log& log)
    : settings_(settings), folders_(folders), jobs_(jobs), log_(log), thread_(small_stack_bytes, [this] {
        work();
      }) {}

Upkeep::~Upkeep() {
  const std::lock_guard lock(mutex_);
  over_ = true;
  ending_.notify_all();
}

bool Upkeep::is_over() {
  const std::lock_guard lock(mutex_);
  return over_;
}

void Upkeep::work() {
  while (!is_over()) {
    try {
      prune_all(settings_, folders_, jobs_, log_, [this] { return !is_over(); });
    } catch (const std::exception& error) {
      log_.error("pruning broken off", {{"why", error.what()}});
    }
    std::unique_lock lock(mutex_);
    ending_.wait_for(lock, interval, [this] { return over_; });
  }
}

}  // namespace towermill
