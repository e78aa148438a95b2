#include "handler/jobs/recorder.h"

#include <chrono>
#include <exception>
#include <iterator>
#include <system_error>
#include <utility>

#include "handler/jobs/workers.h"

namespace towermill {

namespace {

constexpr std::size_t most_left = 8'192, most_left_bytes = 64 << 20;
constexpr std::size_t jobs_in_a_commit = 256;
// What ends meanwhile shares a commit.
constexpr std::chrono::milliseconds gathering_time{50};

std::size_t bytes_of(const RanJob& ran) {
  return ran.args.size() + ran.end.result.size() + ran.end.log.size() + sizeof ran;
}

}  // namespace

Recorder::Recorder(Jobs& jobs, KeepJobs keep, const Log& log)
    : jobs_(jobs), keep_(keep), log_(log), worker_(own_worker_name()) {}

Recorder::~Recorder() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    changed_.notify_all();
  }
  writer_.clear();
}

void Recorder::add(RanJob job) {
  const std::lock_guard lock(mutex_);
  const std::size_t bytes = bytes_of(job);
  if (left_.size() >= most_left || left_bytes_ + bytes > most_left_bytes) return drop(1);
  left_.push_back(std::move(job));
  left_bytes_ += bytes;
  if (left_.size() == 1) changed_.notify_all();
  if (!writer_.empty()) return;
  try {
    writer_.emplace_back(small_stack_bytes, [this] { work(); });
  } catch (const std::system_error&) {
    left_bytes_ -= bytes;
    left_.pop_back();
    drop(1);
  }
}

/// With the lock.
void Recorder::drop(std::size_t count) {
  dropped_ += count;
  if (!std::exchange(drops_, true))
    log_.warning("runs are not recorded", {{"why", "the disk that jobs are kept on cannot follow"}});
}

void Recorder::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return over_ || !left_.empty(); });
    if (left_.empty()) return;
    changed_.wait_for(lock, gathering_time, [this] { return over_; });
    auto jobs = std::exchange(left_, {});
    left_bytes_ = 0;
    lock.unlock();
    const std::uint64_t dropped_before = dropped_;
    record(std::move(jobs));
    lock.lock();
    if (dropped_ == dropped_before) drops_ = false;
  }
}

void Recorder::record(std::vector<RanJob> jobs) {
  for (std::size_t first = 0; first < jobs.size(); first += jobs_in_a_commit) {
    const auto begin = jobs.begin() + static_cast<std::ptrdiff_t>(first);
    const std::size_t count = std::min(jobs_in_a_commit, jobs.size() - first);
    const std::vector<RanJob> some(std::make_move_iterator(begin),
                                   std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(count)));
    if (jobs_.ask([&](JobStore& store) { return store.record(some); })) continue;
    const std::lock_guard lock(mutex_);
    drop(count);
  }
}

}  // namespace towermill
