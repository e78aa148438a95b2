#pragma once
// Processes that are started before their run and serve one: for interpreters that start slowly and cannot be
// forked. There are as many of a kind as it had runs at once lately, as far as memory allows, and none once
// it has not been asked for in a while. A new one is started when the run that took one is over, and not
// while runs of these kinds want all processors.

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "runner/base/thread.h"
#include "runner/pool/leaving.h"
#include "runner/pool/warm_memory.h"
#include "runner/pool/warm_starts.h"
#include "runner/pool/warm_way.h"

namespace towermill {

class Standbys final : public WarmWay {
 public:
  /// `cold` starts the processes; both outlive this.
  Standbys(const WarmOptions& options, Launcher& cold, WarmMemory& memory);
  Standbys(const Standbys&) = delete;
  Standbys& operator=(const Standbys&) = delete;
  ~Standbys() override;

  Way way() const override { return Way::standby; }
  /// One that waits; else a new one, which is then said to be a start.
  std::unique_ptr<Child> take(const Launch& launch) override;
  void end() override;
  WayStats stats() const override;

 private:
  struct Waiting;
  struct Stock;
  class Taken;
  using Stocks = std::map<std::string, Stock, std::less<>>;

  std::unique_ptr<Child> find(const std::string& kind, const Launch& launch);
  void run_is_over(const std::string& kind);
  void drop(Stock& stock, Waiting& waiting);
  void drop_all(Stock& stock);
  void keep_stock();
  void tidy(TimePoint now);
  void weigh(Stock& stock, TimePoint now);
  void hold_memory();
  Stock* next_to_fill(TimePoint now);
  TimePoint next_look(TimePoint now) const;
  bool has_time_to_fill() const;
  void fill(Stock& stock, std::unique_lock<std::mutex>& lock);

  const WarmOptions options_;
  Launcher& cold_;
  WarmMemory& memory_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Stocks stocks_;
  Leaving leaving_;
  WayStats stats_;
  bool closed_ = false;
  std::vector<Thread> keeper_;
};

}  // namespace towermill
