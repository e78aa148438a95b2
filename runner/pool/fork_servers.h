#pragma once
// Fork servers: one for each interpreter, with what it is to have loaded and the environment that it reads at
// its start. Made once there are runs for one, in the background; those runs start cold meanwhile.

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runner/base/clock.h"
#include "runner/base/thread.h"
#include "runner/launch/fork_server.h"
#include "runner/pool/warm_memory.h"
#include "runner/pool/warm_starts.h"

namespace towermill {

class ForkServers final : public WarmWay {
 public:
  /// `cold` starts them; both outlive this.
  ForkServers(const WarmOptions& options, Launcher& cold, WarmMemory& memory);
  ForkServers(const ForkServers&) = delete;
  ForkServers& operator=(const ForkServers&) = delete;
  ~ForkServers() override { end(); }

  Way way() const override { return Way::fork; }
  std::unique_ptr<Child> take(const Launch& launch) override;
  void end() override;
  WayStats stats() const override;

 private:
  using Server = std::shared_ptr<ForkServer>;
  struct Kind;
  using SharedKind = std::shared_ptr<Kind>;

  Server server_for(const Launch& launch);
  void want(const std::string& key, const Launch& launch);
  Server current(const Kind& kind) const;
  void set_current(Kind& kind, Server server);
  std::vector<SharedKind> all() const;

  void keep();
  void wait_for_news(const std::vector<SharedKind>& kinds) const;
  void look_after(Kind& kind);
  void start(Kind& kind);
  void await_loading(Kind& kind);
  void put_in_place(Kind& kind, const Loaded& loaded);
  void replace_dead(Kind& kind, const Server& dead);
  void failed(Kind& kind, std::string_view why);
  void tell_what_it_printed(ForkServer& server) const;
  void look_over(Kind& kind);
  void drop_unused();
  void hold_memory();

  const WarmOptions options_;
  Launcher& cold_;
  WarmMemory& memory_;
  UniqueFd wake_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint64_t> hits_ = 0, misses_ = 0, started_ = 0, restarts_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, SharedKind, std::less<>> kinds_;
  std::unique_ptr<Thread> keeper_;  // last: it uses all of the above
};

}  // namespace towermill
