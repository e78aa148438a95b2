#include "runner/pool/warm_starts.h"

#include "runner/pool/fork_servers.h"
#include "runner/pool/reused.h"
#include "runner/pool/standbys.h"

namespace towermill {

WarmStarts::WarmStarts(const WarmOptions& options, Launcher& cold, Orphans& orphans)
    : cold_(cold), memory_(options.memory_bytes) {
  auto kept = std::make_unique<Reused>(options, cold, orphans, memory_);
  kept_ = kept.get();
  ways_.push_back(std::move(kept));
  if (options.ahead == Ahead::no) return;
  ways_.push_back(std::make_unique<ForkServers>(options, cold, memory_));
  ways_.push_back(std::make_unique<Standbys>(options, cold, memory_));
}

std::optional<Further> WarmStarts::take_kept(const FurtherRun& run) { return kept_->take_kept(run); }

Result<std::unique_ptr<Child>> WarmStarts::start(const Launch& launch) {
  for (const auto& way : ways_)
    if (auto child = way->take(launch)) return child;
  return cold_.start(launch);
}

void WarmStarts::end() {
  for (const auto& way : ways_) way->end();
}

std::vector<std::pair<Way, WayStats>> WarmStarts::stats() const {
  std::vector<std::pair<Way, WayStats>> all;
  for (const auto& way : ways_) all.emplace_back(way->way(), way->stats());
  return all;
}

}  // namespace towermill
