#include "runner/pool/standbys.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "runner/base/file_states.h"
#include "runner/base/process_memory.h"
#include "runner/base/processors.h"
#include "runner/jail/resource_limits.h"
#include "runner/pool/ahead.h"
#include "runner/protocol/frames.h"
#include "runner/protocol/messages.h"

namespace towermill {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds look_interval{500};
// To start one while others want the processors takes as long from them as a cold start would.
constexpr milliseconds busy_pause{25};
// A run that takes longer waits for something else, most likely, and leaves the processor to others.
constexpr milliseconds longest_refill_wait{200};
// How far back "lately" goes.
constexpr milliseconds lately{10'000};
// How long a process starts, before its memory says anything.
constexpr milliseconds settling_time{400};
constexpr std::int64_t guessed_bytes = std::int64_t{64} << 20;
constexpr auto never = TimePoint::max();

/// What of a plan does not belong to a run.
Plan plan_ahead(const Plan& plan) {
  Plan ahead;
  ahead.run_name = plan.run_name;
  ahead.program = plan.program;
  ahead.argv = plan.argv;
  ahead.environment = plan.environment;
  ahead.frame = "there will be one";
  ahead.memory_limit = plan.memory_limit;
  ahead.directory = plan.directory;
  return ahead;
}

std::string place_frame(const Launch& launch) {
  return make_frame(place_message({.environment = launch.environment, .working_directory = launch.work_dir}));
}

bool set_limits(const Launch& launch, pid_t pid) {
  return ResourceLimits(launch.limits, launch.plan->memory_limit, user_tasks()).apply_to(pid) == 0;
}

}  // namespace

struct Standbys::Waiting {
  std::string name;
  std::unique_ptr<Child> child;
  FileState program;
  TimePoint started = Clock::now();
  std::int64_t bytes = 0;  // 0: not looked at yet
};

struct Standbys::Stock {
  Plan plan;
  Launch launch;
  std::int64_t grace_ms = 0;
  std::vector<Waiting> waiting;
  std::size_t running = 0, starting = 0;
  std::size_t most_now = 1, most_before = 0;  // at once, in this stretch of time and in the one before
  TimePoint stretch = Clock::now(), used = stretch, fill_at = never;
  std::int64_t bytes = guessed_bytes;

  void count_run(TimePoint now) {
    if (now - stretch >= lately) {
      most_before = now - stretch < 2 * lately ? most_now : 0;
      most_now = 0;
      stretch = now;
    }
    most_now = std::max(most_now, ++running);
    used = now;
    fill_at = std::min(fill_at, now + longest_refill_wait);
  }
  std::size_t wanted() const { return std::max(most_now, most_before); }
  bool lacks() const { return waiting.size() + starting < wanted(); }
};

/// The process of a run that the next standby waits for.
class Standbys::Taken final : public Child {
 public:
  Taken(Standbys& home, std::string kind, std::unique_ptr<Child> child)
      : home_(home), kind_(std::move(kind)), child_(std::move(child)) {
    pid = child_->pid;
    pidfd = std::move(child_->pidfd);
    channel = std::move(child_->channel);
    out = std::move(child_->out);
    way = child_->way;
    place_frame = std::move(child_->place_frame);
  }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;
  ~Taken() override {
    child_.reset();
    home_.run_is_over(kind_);
  }
  ExitStatus reap() override { return child_->reap(); }

 private:
  Standbys& home_;
  const std::string kind_;
  std::unique_ptr<Child> child_;
};

Standbys::Standbys(const WarmOptions& options, Launcher& cold, WarmMemory& memory)
    : options_(options), cold_(cold), memory_(memory) {
  keeper_.emplace_back(small_stack_bytes, [this] { keep_stock(); });
}

Standbys::~Standbys() { end(); }

std::unique_ptr<Child> Standbys::take(const Launch& launch) {
  if (launch.plan->ahead != Ahead::yes) return nullptr;
  std::string kind = kind_of(launch);
  auto child = find(kind, launch);
  if (!child) {
    auto started = cold_.start(launch);
    if (started) child = std::move(*started);
    if (child) child->has_lasted();
  }
  if (child) return std::make_unique<Taken>(*this, std::move(kind), std::move(child));
  run_is_over(kind);
  return nullptr;
}

std::unique_ptr<Child> Standbys::find(const std::string& kind, const Launch& launch) {
  const FileState program(launch.plan->program);
  const std::lock_guard lock(mutex_);
  auto [at, is_new] = stocks_.try_emplace(kind);
  Stock& stock = at->second;
  if (is_new) {
    stock.plan = plan_ahead(*launch.plan);
    stock.launch = launch_ahead(launch, "standby");
    stock.launch.plan = &stock.plan;
  }
  stock.grace_ms = launch.limits.grace_ms;
  stock.count_run(Clock::now());
  changed_.notify_one();
  while (!stock.waiting.empty()) {
    // The one that has had most time to get ready.
    Waiting waiting = std::move(stock.waiting.front());
    stock.waiting.erase(stock.waiting.begin());
    --stats_.ready;
    if (waiting.program == program && !is_lost(*waiting.child) && set_limits(launch, waiting.child->pid)) {
      ++stats_.hits;
      waiting.child->way = Way::standby;
      if (launch.living != nullptr) launch.living->known_as(std::move(waiting.name));
      waiting.child->place_frame = place_frame(launch);
      return std::move(waiting.child);
    }
    ++stats_.restarts;
    drop(stock, waiting);
  }
  ++stats_.misses;
  ++stats_.alive;
  return nullptr;
}

void Standbys::run_is_over(const std::string& kind) {
  const std::lock_guard lock(mutex_);
  --stats_.alive;
  Stock& stock = stocks_.at(kind);
  if (--stock.running > 0) return;
  stock.fill_at = Clock::now();
  changed_.notify_one();
}

void Standbys::drop(Stock& stock, Waiting& waiting) {
  leaving_.add(std::move(waiting.child), milliseconds(stock.grace_ms));
}

void Standbys::drop_all(Stock& stock) {
  for (Waiting& waiting : stock.waiting) drop(stock, waiting);
  stats_.ready -= stock.waiting.size();
  stock.waiting.clear();
  stock.fill_at = never;
}

void Standbys::weigh(Stock& stock, TimePoint now) {
  for (Waiting& waiting : stock.waiting) {
    if (waiting.bytes != 0 || now - waiting.started < settling_time) continue;
    waiting.bytes = stock.bytes = std::max<std::int64_t>(memory_of(waiting.child->pid).resident_bytes, 1);
  }
}

void Standbys::tidy(TimePoint now) {
  for (auto at = stocks_.begin(); at != stocks_.end();) {
    Stock& stock = at->second;
    weigh(stock, now);
    std::erase_if(stock.waiting, [&](Waiting& waiting) {
      if (!is_lost(*waiting.child)) return false;
      --stats_.ready;
      drop(stock, waiting);
      return true;
    });
    const bool is_idle = now - stock.used >= seconds(options_.idle_s);
    if (is_idle) drop_all(stock);
    at = is_idle && stock.running == 0 && stock.starting == 0 ? stocks_.erase(at) : std::next(at);
  }
  hold_memory();
  const std::size_t before = leaving_.size();
  leaving_.settle();
  stats_.alive -= before - leaving_.size();
}

/// What was used longest ago makes room for what was used last.
void Standbys::hold_memory() {
  std::vector<WarmMemory::Held> held;
  for (const auto& [kind, stock] : stocks_)
    held.insert(held.end(), stock.waiting.size() + stock.starting, {stock.used, stock.bytes});
  const TimePoint last = memory_.hold(way(), std::move(held));
  for (auto& [kind, stock] : stocks_)
    if (stock.used <= last) drop_all(stock);
}

Standbys::Stock* Standbys::next_to_fill(TimePoint now) {
  for (auto& [kind, stock] : stocks_) {
    if (stock.fill_at > now) continue;
    if (stock.lacks() && memory_.has_room({stock.used, stock.bytes})) return &stock;
    stock.fill_at = never;
  }
  return nullptr;
}

TimePoint Standbys::next_look(TimePoint now) const {
  TimePoint next = now + (leaving_.empty() ? look_interval : Leaving::soon);
  for (const auto& [kind, stock] : stocks_) next = std::min(next, stock.fill_at);
  return next;
}

/// Runs of our own that want all processors would only wait for what is started for others.
bool Standbys::has_time_to_fill() const {
  std::size_t running = 0;
  for (const auto& [kind, stock] : stocks_) running += stock.running;
  return running < std::thread::hardware_concurrency() || has_spare_processor();
}

void Standbys::fill(Stock& stock, std::unique_lock<std::mutex>& lock) {
  ++stock.starting;
  const std::string name = fmt::format("standby-{}", ++stats_.started);
  const Launch launch = launch_ahead(stock.launch, name);
  lock.unlock();
  static const std::string wait_frame = make_frame(wait_message);
  Waiting waiting{name, nullptr, FileState(stock.plan.program)};
  auto child = cold_.start(launch);
  if (child) (*child)->has_lasted();
  lock.lock();
  --stock.starting;
  if (!child) {
    stock.fill_at = never;
    options_.tell("a standby could not be started", child.error().message);
    return;
  }
  waiting.child = std::move(*child);
  // There is room for it; who does not want it has ended.
  (void)::send(waiting.child->channel.get(), wait_frame.data(), wait_frame.size(), MSG_NOSIGNAL);
  stock.waiting.push_back(std::move(waiting));
  ++stats_.ready;
  ++stats_.alive;
}

void Standbys::keep_stock() {
  std::unique_lock lock(mutex_);
  while (!closed_) {
    const TimePoint now = Clock::now();
    tidy(now);
    if (Stock* stock = next_to_fill(now)) {
      if (has_time_to_fill()) {
        fill(*stock, lock);
      } else {
        stock->fill_at = now + busy_pause;
      }
    } else if (stocks_.empty() && leaving_.empty()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, next_look(now));
    }
  }
}

void Standbys::end() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  keeper_.clear();
  for (auto& [kind, stock] : stocks_) drop_all(stock);
  leaving_.settle_all();
}

WayStats Standbys::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

}  // namespace towermill
