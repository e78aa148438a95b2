#pragma once
// A process for a run, from whoever has one ready; else started cold.

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/launch/orphans.h"
#include "runner/pool/warm_memory.h"
#include "runner/pool/warm_way.h"

namespace towermill {

struct WarmOptions {
  Ahead ahead = Ahead::yes;   // no: processes are only kept for scripts that ask for reuse
  std::int64_t idle_s = 300;  // what was made ahead goes after so long without a run
  std::int64_t memory_bytes = std::int64_t{1} << 30;  // all of it together; beyond it nothing more is made
  std::int64_t reuse_runs = 10'000, reuse_age_s = 3'600, reuse_idle_s = 300;  // of a process that stays
  std::int64_t reuse_memory_bytes = std::int64_t{512} << 20;                  // that it may have kept
  /// Hears of what went wrong, for the operator's log. On any thread.
  std::function<void(std::string_view what, std::string_view why)> tell = [](auto, auto) {};
};

class Reused;

class WarmStarts final : public Launcher {
 public:
  /// `cold` and `orphans` outlive it, and it outlives all children that it gives.
  WarmStarts(const WarmOptions& options, Launcher& cold, Orphans& orphans);

  std::optional<Further> take_kept(const FurtherRun& run) override;
  Result<std::unique_ptr<Child>> start(const Launch& launch) override;

  /// Ends the processes that wait for runs: none comes any more.
  void end();

  std::vector<std::pair<Way, WayStats>> stats() const;

 private:
  Launcher& cold_;
  WarmMemory memory_;
  Reused* kept_;                                // one of the ways
  std::vector<std::unique_ptr<WarmWay>> ways_;  // asked in this order
};

}  // namespace towermill
