#include "handler/app/upkeep.h"

#include <chrono>
#include <exception>
#include <string>
#include <vector>

#include "handler/workspace/version_store.h"
#include "runner/base/prune.h"

namespace towermill {

namespace {

constexpr std::chrono::minutes interval{15};
constexpr std::int64_t day_s = 86'400;

void tell(std::string_view what, const Pruned& pruned, const Log& log) {
  if (pruned.entries == 0) return;
  log.info("pruned", {{"what", what},
                      {"entries", static_cast<std::int64_t>(pruned.entries)},
                      {"bytes", pruned.bytes},
                      {"left_bytes", pruned.left_bytes}});
}

}  // namespace

Upkeep::Upkeep(const Settings& settings, const StateFolders& folders, const Log& log)
    : settings_(settings), folders_(folders), log_(log), thread_(small_stack_bytes, [this] { work(); }) {}

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
      prune_all();
    } catch (const std::exception& error) {
      log_.error("pruning broken off", {{"why", error.what()}});
    }
    std::unique_lock lock(mutex_);
    ending_.wait_for(lock, interval, [this] { return over_; });
  }
}

void Upkeep::prune_all() {
  const auto go_on = [this] { return !is_over(); };
  if (!folders_.versions.empty())
    tell("versions",
         prune(version_folders(folders_.versions), {.limit_bytes = settings_.versions_limit_bytes,
                                                    .keep_s = settings_.versions_keep_days * day_s,
                                                    .go_on = go_on}),
         log_);
  if (!folders_.cache.empty())
    tell("cache", prune({folders_.cache}, {.limit_bytes = settings_.cache_limit_bytes, .go_on = go_on}),
         log_);
}

}  // namespace towermill
