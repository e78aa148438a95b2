#include "runner/pool/fork_servers.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <span>
#include <utility>

#include "runner/base/file_states.h"
#include "runner/base/text.h"
#include "runner/pool/key.h"

namespace towermill {

namespace {

using std::chrono::seconds;

constexpr std::size_t most_kinds = 16;
constexpr seconds look_over_interval{1};
constexpr seconds idle_where_others_wait{10};
constexpr seconds longest_loading{120};
constexpr std::chrono::milliseconds file_clock_tick{10};
// What fails again within this has failed in a row.
constexpr seconds steady{30};
constexpr seconds longest_pause{60};
constexpr int failures_in_a_row = 3;
constexpr std::uint64_t most_forks = 100'000;
constexpr std::size_t keeper_stack_bytes = 256 * 1024;

std::string key_of(const Launch& launch) {
  Key key;
  key.add_all(launch.plan->fork_server);
  key.add_all(std::span(launch.environment).first(launch.shared_environment));
  return key.take();
}

}  // namespace

/// The keeper's, but where a lock is named.
struct ForkServers::Kind {
  Plan plan;
  std::vector<std::string> environment;

  Server current;       // under the lock
  TimePoint last_used;  // under the lock

  Server starting;
  TimePoint started;  // the one that starts, else the current one
  FileStates files;
  std::int64_t own_bytes = 0;  // what one took lately
  int failures = 0;            // in a row
  TimePoint not_before;
  std::set<std::string> told;

  Launch launch() const {
    Launch like{.plan = &plan, .environment = environment};
    like.shared_environment = environment.size();
    return like;
  }
};

ForkServers::ForkServers(const WarmOptions& options, Launcher& cold, WarmMemory& memory)
    : options_(options), cold_(cold), memory_(memory) {
  auto wake = make_eventfd();
  if (options_.ahead == Ahead::no || !wake) return;
  wake_ = std::move(*wake);
  keeper_ = std::make_unique<Thread>(keeper_stack_bytes, [this] { keep(); });
}

void ForkServers::end() {
  stopping_ = true;
  if (wake_) ::eventfd_write(wake_.get(), 1);
  keeper_.reset();
}

std::unique_ptr<Child> ForkServers::take(const Launch& launch) {
  if (!wake_ || stopping_ || launch.plan->fork_server.empty()) return nullptr;
  const Server server = server_for(launch);
  auto child = server ? server->take(launch) : nullptr;
  ++(child ? hits_ : misses_);
  return child;
}

ForkServers::Server ForkServers::server_for(const Launch& launch) {
  const std::string key = key_of(launch);
  const std::lock_guard lock(mutex_);
  const auto found = kinds_.find(key);
  if (found == kinds_.end()) {
    want(key, launch);
    return nullptr;
  }
  found->second->last_used = Clock::now();
  return found->second->current;
}

/// Under the lock.
void ForkServers::want(const std::string& key, const Launch& launch) {
  if (kinds_.size() >= most_kinds) return;
  auto kind = std::make_shared<Kind>();
  kind->plan.run_name = launch.plan->run_name;
  kind->plan.program = launch.plan->program;
  kind->plan.fork_server = launch.plan->fork_server;
  const auto shared = static_cast<std::ptrdiff_t>(launch.shared_environment);
  kind->environment.assign(launch.environment.begin(), launch.environment.begin() + shared);
  kind->last_used = Clock::now();
  kinds_.emplace(key, std::move(kind));
  ::eventfd_write(wake_.get(), 1);
}

ForkServers::Server ForkServers::current(const Kind& kind) const {
  const std::lock_guard lock(mutex_);
  return kind.current;
}

void ForkServers::set_current(Kind& kind, Server server) {
  {
    const std::lock_guard lock(mutex_);
    std::swap(kind.current, server);
  }
  if (server) server->retire();
}

std::vector<ForkServers::SharedKind> ForkServers::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<SharedKind> kinds;
  for (const auto& [key, kind] : kinds_) kinds.push_back(kind);
  return kinds;
}

WayStats ForkServers::stats() const {
  WayStats stats{.hits = hits_, .misses = misses_, .started = started_, .restarts = restarts_};
  for (const auto& kind : all()) {
    const Server server = current(*kind);
    if (!server) continue;
    stats.ready += server->waiting();
    stats.alive += 1 + server->waiting() + server->running();
  }
  return stats;
}

void ForkServers::keep() {
  TimePoint next_look = Clock::now();
  while (!stopping_) {
    wait_for_news(all());
    auto kinds = all();
    for (const auto& kind : kinds) look_after(*kind);
    if (Clock::now() < next_look) continue;
    next_look = Clock::now() + look_over_interval;
    for (const auto& kind : kinds) look_over(*kind);
    kinds.clear();
    drop_unused();
    hold_memory();
  }
  // Here: a server ends with the thread that has started it.
  for (const auto& kind : all()) set_current(*kind, nullptr);
  const std::lock_guard lock(mutex_);
  kinds_.clear();
}

void ForkServers::wait_for_news(const std::vector<SharedKind>& kinds) const {
  std::vector<Server> servers;  // that nobody lets one go while it is watched
  std::vector<pollfd> watched{{wake_.get(), POLLIN, 0}};
  for (const auto& kind : kinds) {
    if (kind->starting) {
      watched.push_back({kind->starting->channel_fd(), POLLIN, 0});
      watched.push_back(
          {kind->starting->output_fd(), POLLIN, 0});  // who prints into a full pipe waits for ever
    }
    if (Server server = current(*kind)) {
      watched.push_back({server->ended_fd(), POLLIN, 0});
      servers.push_back(std::move(server));
    }
  }
  ::poll(watched.data(), watched.size(), kinds.empty() ? -1 : 1000);
  eventfd_t count = 0;
  ::eventfd_read(wake_.get(), &count);
}

void ForkServers::look_after(Kind& kind) {
  const Server server = current(kind);
  if (server && !server->is_alive()) replace_dead(kind, server);
  if (kind.starting) return await_loading(kind);
  if (!current(kind) && Clock::now() >= kind.not_before) start(kind);
}

void ForkServers::start(Kind& kind) {
  auto server = ForkServer::start(cold_, kind.launch());
  kind.started = Clock::now();
  if (!server) return failed(kind, server.error().message);
  kind.starting = std::move(*server);
  ++started_;
}

void ForkServers::await_loading(Kind& kind) {
  const auto loaded = kind.starting->loaded();
  if (!loaded) {
    tell_what_it_printed(*kind.starting);
    if (Clock::now() > kind.started + longest_loading) failed(kind, "it takes too long to load");
    return;
  }
  if (!*loaded) return failed(kind, loaded->error().message);
  if ((*loaded)->threads > 1) {
    failed(kind, "what it has loaded has started a thread, so it may not fork");
    kind.not_before = TimePoint::max();
    return;
  }
  put_in_place(kind, **loaded);
}

void ForkServers::put_in_place(Kind& kind, const Loaded& loaded) {
  for (const auto& [module, why] : loaded.left_out)
    if (kind.told.insert(module).second) options_.tell("a module cannot be preloaded", module + ": " + why);
  auto files = loaded.files;
  files.push_back(kind.plan.program);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto loading = Clock::now() - kind.started + file_clock_tick;
  kind.files = FileStates(files, std::chrono::nanoseconds(now - loading).count());
  kind.starting->fork_ahead();
  kind.own_bytes = kind.starting->own_bytes();
  set_current(kind, std::exchange(kind.starting, nullptr));
}

void ForkServers::replace_dead(Kind& kind, const Server& dead) {
  set_current(kind, nullptr);
  ++restarts_;
  failed(kind, printable(dead->printed()));
}

/// The first failure for long is mended at once.
void ForkServers::failed(Kind& kind, std::string_view why) {
  const TimePoint now = Clock::now();
  kind.starting.reset();
  kind.failures = now < kind.started + steady ? kind.failures + 1 : 1;
  options_.tell("a fork server has ended", why);
  if (kind.failures < failures_in_a_row) return;
  if (kind.failures == failures_in_a_row)
    options_.tell("a fork server keeps ending", "its runs start cold most of the time");
  kind.not_before = now + std::min(longest_pause, seconds(1LL << std::min(kind.failures, 10)));
}

void ForkServers::tell_what_it_printed(ForkServer& server) const {
  if (const std::string printed = server.printed(); !printed.empty())
    options_.tell("a fork server has printed", printable(printed));
}

void ForkServers::look_over(Kind& kind) {
  const Server server = current(kind);
  if (!server || kind.starting) return;
  tell_what_it_printed(*server);
  if (kind.files.have_changed()) {
    set_current(kind, nullptr);
    ++restarts_;
    return start(kind);
  }
  if (server->forks() > most_forks && Clock::now() >= kind.not_before) {
    ++restarts_;
    return start(kind);
  }
  kind.own_bytes = server->own_bytes();
  server->forget_peak();
  server->fork_ahead();
}

void ForkServers::drop_unused() {
  std::vector<SharedKind> dropped;
  {
    const std::lock_guard lock(mutex_);
    const seconds idle = kinds_.size() < most_kinds ? seconds(options_.idle_s) : idle_where_others_wait;
    for (auto kind = kinds_.begin(); kind != kinds_.end();) {
      if (Clock::now() < kind->second->last_used + idle) {
        ++kind;
      } else {
        dropped.push_back(std::move(kind->second));
        kind = kinds_.erase(kind);
      }
    }
  }
  for (const auto& kind : dropped) set_current(*kind, nullptr);
}

void ForkServers::hold_memory() {
  std::vector<SharedKind> unused;  // since the last that has no room
  {
    const std::lock_guard lock(mutex_);
    std::vector<WarmMemory::Held> held;
    for (const auto& [key, kind] : kinds_) held.push_back({kind->last_used, kind->own_bytes});
    const TimePoint last = memory_.hold(way(), std::move(held));
    for (const auto& [key, kind] : kinds_)
      if (kind->last_used <= last) unused.push_back(kind);
  }
  for (const auto& kind : unused) {
    kind->starting.reset();
    set_current(*kind, nullptr);
    kind->not_before = Clock::now() + idle_where_others_wait;
    if (kind->told.insert("").second)
      options_.tell("no memory for a fork server",
                    "all that is kept ready takes more than warm_memory_bytes");
  }
}

}  // namespace towermill
