#pragma once
// Processes that serve one run of a script after the other, because its author asks for it
// (`dedicated_worker`): as many of a script as it has runs at once, the one used last first. One goes when it
// has served, grown or aged enough, when nobody has asked for it for long or others need its memory, or when
// its run is ended.

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runner/base/thread.h"
#include "runner/launch/orphans.h"
#include "runner/pool/kept.h"
#include "runner/pool/leaving.h"
#include "runner/pool/warm_memory.h"
#include "runner/pool/warm_starts.h"
#include "runner/pool/warm_way.h"

namespace towermill {

class Reused final : public WarmWay {
 public:
  /// `cold` starts the processes; all three outlive this.
  Reused(const WarmOptions& options, Launcher& cold, Orphans& orphans, WarmMemory& memory);
  Reused(const Reused&) = delete;
  Reused& operator=(const Reused&) = delete;
  ~Reused() override;

  Way way() const override { return Way::reuse; }
  /// One that waits.
  std::optional<Further> take_kept(const FurtherRun& run);
  /// A new one, which is said to be a start.
  std::unique_ptr<Child> take(const Launch& launch) override;
  void end() override;
  WayStats stats() const override;

 private:
  class Lent;
  std::unique_ptr<Kept> find(const std::string& key);
  std::unique_ptr<Kept> pop(const std::string& key);
  static void hold_to(const Limits& limits, Kept& kept);
  std::unique_ptr<Kept> start(const Launch& launch, std::string key);
  void put_back(std::unique_ptr<Kept> kept);
  void let_go_of_old_versions(const std::string& key);
  void forget_one();
  bool is_spent(Kept& kept, TimePoint now) const;
  void let_go(std::unique_ptr<Kept> kept);
  template <class Over>
  void let_go_where(const Over& is_over);
  void let_go_of_the_idle();
  TimePoint hold_memory();
  void let_go_of_what_has_no_room();
  void keep_house();

  const WarmOptions options_;
  Launcher& cold_;
  Orphans& orphans_;
  WarmMemory& memory_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::vector<std::unique_ptr<Kept>>, std::less<>> waiting_;  // the last used last
  Leaving leaving_;
  WayStats stats_;
  bool closed_ = false, watching_ = false;
  std::vector<Thread> keeper_;
};

}  // namespace towermill
