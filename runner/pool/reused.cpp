#include "runner/pool/reused.h"

#include <fmt/format.h>

#include <utility>

#include "runner/base/process_memory.h"
#include "runner/jail/resource_limits.h"
#include "runner/pool/ahead.h"
#include "runner/pool/run_environment.h"

namespace towermill {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds house_interval{250};
// What a process has in memory, and how many others its user has, is worth a look now and then, and not after
// each run.
constexpr std::int64_t look_interval_ms = 250;

// Of a script that is edited or called by version.
constexpr std::size_t most_versions = 2;

/// What the keys of all versions of a script begin with, and no other's: its workspace and its file.
std::string_view script_of(std::string_view key) {
  return key.substr(0, key.find('\0', key.find('\0') + 1) + 1);
}

}  // namespace

/// A kept process while it is in a run.
class Reused::Lent final : public Child {
 public:
  Lent(Reused& home, std::unique_ptr<Kept> kept, const Limits& limits) : home_(home), kept_(std::move(kept)) {
    Child& child = *kept_->child;
    pid = child.pid;
    pidfd = std::move(child.pidfd);
    channel = std::move(child.channel);
    out = std::move(child.out);
    way = kept_->runs == 0 ? Way::start : Way::reuse;
    channel_waits = kept_->runs > 0;
    folder = std::exchange(kept_->folder, std::nullopt);
    after_answer = AfterAnswer::stays;
    kept_->grace = milliseconds(limits.grace_ms);
  }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;
  ~Lent() override {
    if (!kept_) return;
    kept_.reset();
    home_.forget_one();
  }

  ExitStatus reap() override { return kept_->child->reap(); }

  void give_back() override {
    Child& child = *kept_->child;
    child.pidfd = std::move(pidfd);
    child.channel = std::move(channel);
    child.out = std::move(out);
    if (folder && folder->is_as_new()) kept_->folder = std::exchange(folder, std::nullopt);
    home_.put_back(std::move(kept_));
  }

 private:
  Reused& home_;
  std::unique_ptr<Kept> kept_;
};

Reused::Reused(const WarmOptions& options, Launcher& cold, Orphans& orphans, WarmMemory& memory)
    : options_(options), cold_(cold), orphans_(orphans), memory_(memory) {
  keeper_.emplace_back(small_stack_bytes, [this] { keep_house(); });
}

Reused::~Reused() { end(); }

std::optional<Further> Reused::take_kept(const FurtherRun& run) {
  auto kept = find(reuse_key(run.spec));
  if (!kept) return std::nullopt;
  if (!kept->folder || !kept->folder->is_as_new()) {
    kept->folder.reset();
    if (auto made = run.folders.make()) kept->folder = std::move(*made);
  }
  if (!kept->folder) {  // the start of another is about to say why
    put_back(std::move(kept));
    return std::nullopt;
  }
  hold_to(run.spec.limits, *kept);
  Further further;
  further.plan.run_name = kept->run_name;
  further.plan.frame = kept->further_frame(run);
  further.child = std::make_unique<Lent>(*this, std::move(kept), run.spec.limits);
  return further;
}

/// One that has just died has no limits: its run will tell.
void Reused::hold_to(const Limits& limits, Kept& kept) {
  const TimePoint now = Clock::now();
  if (ms_between(kept.limited, now) < look_interval_ms) return;
  kept.limited = now;
  (void)renew_process_limit(kept.child->pid, limits, user_tasks());
}

std::unique_ptr<Child> Reused::take(const Launch& launch) {
  if (launch.reuse_key.empty() || launch.plan->frame.empty()) return nullptr;
  auto kept = start(launch, launch.reuse_key);
  if (!kept) return nullptr;
  kept->run_name = launch.plan->run_name;
  hold_to(launch.limits, *kept);
  std::string place = kept->first_place(launch);
  auto lent = std::make_unique<Lent>(*this, std::move(kept), launch.limits);
  lent->place_frame = std::move(place);
  return lent;
}

/// Whether a process is of use is found out without the lock, which every run wants.
std::unique_ptr<Kept> Reused::find(const std::string& key) {
  while (auto kept = pop(key)) {
    const bool is_of_use = !is_lost(*kept->child) && !is_spent(*kept, Clock::now());
    const std::lock_guard lock(mutex_);
    ++(is_of_use ? stats_.hits : stats_.restarts);
    if (is_of_use) return kept;
    let_go(std::move(kept));
  }
  return nullptr;
}

std::unique_ptr<Kept> Reused::pop(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(key);
  if (found == waiting_.end() || found->second.empty()) return nullptr;
  auto kept = std::move(found->second.back());
  found->second.pop_back();
  --stats_.ready;
  return kept;
}

/// Where it cannot be started, the cold launcher is about to say why.
std::unique_ptr<Kept> Reused::start(const Launch& launch, std::string key) {
  std::string name;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return nullptr;
    name = fmt::format("reuse-{}", ++stats_.started);
    ++stats_.misses;
    ++stats_.alive;
  }
  auto kept = std::make_unique<Kept>();
  kept->key = std::move(key);
  kept->living = std::make_shared<Orphans::Living>(orphans_, name, Orphans::Serves::many_runs);
  auto child = cold_.start(launch_ahead(launch, name));
  if (!child) {
    kept.reset();
    forget_one();
    return nullptr;
  }
  kept->child = std::move(*child);
  kept->child->has_lasted();
  kept->have_answers_waited_for();
  kept->living->started(kept->child->pid);
  return kept;
}

void Reused::put_back(std::unique_ptr<Kept> kept) {
  const TimePoint now = Clock::now();
  ++kept->runs;
  kept->used = now;
  const bool spent = is_spent(*kept, now);
  const std::lock_guard lock(mutex_);
  if (closed_ || spent) {
    let_go(std::move(kept));
  } else {
    auto& shelf = waiting_[kept->key];
    shelf.push_back(std::move(kept));
    ++stats_.ready;
    let_go_of_old_versions(shelf.back()->key);
  }
  if (!watching_) changed_.notify_one();
}

void Reused::let_go_of_old_versions(const std::string& key) {
  const std::string_view script = script_of(key);
  const auto last_use = [](const auto& shelf) { return shelf->second.back()->used; };
  std::size_t versions = 0;
  auto oldest = waiting_.end();
  for (auto at = waiting_.lower_bound(script); at != waiting_.end() && at->first.starts_with(script); ++at) {
    if (at->second.empty()) continue;
    ++versions;
    if (oldest == waiting_.end() || last_use(at) < last_use(oldest)) oldest = at;
  }
  if (versions <= most_versions) return;
  stats_.ready -= oldest->second.size();
  for (auto& kept : oldest->second) let_go(std::move(kept));
  waiting_.erase(oldest);
}

void Reused::forget_one() {
  const std::lock_guard lock(mutex_);
  --stats_.alive;
}

bool Reused::is_spent(Kept& kept, TimePoint now) const {
  if (kept.runs >= options_.reuse_runs || now - kept.started >= seconds(options_.reuse_age_s)) return true;
  if (ms_between(kept.weighed, now) < look_interval_ms) return false;
  kept.weighed = now;
  kept.bytes = memory_of(kept.child->pid).resident_bytes;
  return kept.bytes > options_.reuse_memory_bytes;
}

void Reused::let_go(std::unique_ptr<Kept> kept) {
  auto child = std::move(kept->child);
  const milliseconds grace = kept->grace;
  leaving_.add(std::move(child), grace, std::shared_ptr<Kept>(std::move(kept)));
}

template <class Over>
void Reused::let_go_where(const Over& is_over) {
  const auto goes = [&](std::unique_ptr<Kept>& kept) {
    if (!is_over(*kept)) return false;
    --stats_.ready;
    let_go(std::move(kept));
    return true;
  };
  for (auto& [key, shelf] : waiting_) std::erase_if(shelf, goes);
  std::erase_if(waiting_, [](const auto& entry) { return entry.second.empty(); });
}

void Reused::let_go_of_the_idle() {
  const TimePoint now = Clock::now();
  let_go_where([&](Kept& kept) {
    return now - kept.used >= seconds(options_.reuse_idle_s) || is_spent(kept, now) || is_lost(*kept.child);
  });
}

/// Tells of all that wait. Who was not used since the answer has no room.
TimePoint Reused::hold_memory() {
  std::vector<WarmMemory::Held> held;
  for (const auto& [key, shelf] : waiting_)
    for (const auto& kept : shelf) held.push_back({kept->used, kept->bytes});
  return memory_.hold(way(), std::move(held));
}

void Reused::let_go_of_what_has_no_room() {
  const TimePoint last = hold_memory();
  if (last == TimePoint::min()) return;
  let_go_where([&](const Kept& kept) { return kept.used <= last; });
  hold_memory();
}

void Reused::keep_house() {
  std::unique_lock lock(mutex_);
  while (!closed_) {
    let_go_of_what_has_no_room();
    watching_ = stats_.ready > 0 || !leaving_.empty();
    if (!watching_) {
      changed_.wait(lock);
      continue;
    }
    changed_.wait_for(lock, leaving_.empty() ? house_interval : Leaving::soon);
    let_go_of_the_idle();
    const std::size_t before = leaving_.size();
    leaving_.settle();
    stats_.alive -= before - leaving_.size();
  }
}

void Reused::end() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (auto& [key, shelf] : waiting_)
      for (auto& kept : shelf) let_go(std::move(kept));
    waiting_.clear();
  }
  changed_.notify_all();
  keeper_.clear();
  leaving_.settle_all();
}

WayStats Reused::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

}  // namespace towermill
