#include "handler/jobs/jobs_in_hand.h"

#include <sys/eventfd.h>

#include <utility>

namespace towermill {

namespace {

constexpr std::chrono::seconds pause_without_descriptors{1};

}  // namespace

void JobInHand::end(Ending why) {
  Ending none = Ending::none;
  if (ending_.compare_exchange_strong(none, why)) ::eventfd_write(end_.get(), 1);
}

std::size_t JobsInHand::room() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size() < most_ ? most_ - jobs_.size() : 0;
}

std::shared_ptr<JobInHand> JobsInHand::add(Claimed claimed, std::size_t concurrent_limit) {
  auto end = make_eventfd();
  auto job = std::make_shared<JobInHand>(std::move(claimed), end ? std::move(*end) : UniqueFd());
  const std::lock_guard lock(mutex_);
  OfScript& script = scripts_[job->script()];
  script.limit = concurrent_limit;
  if (!end) script.paused_until = Clock::now() + pause_without_descriptors;
  if (!end || (concurrent_limit > 0 && script.in_hand >= concurrent_limit)) return nullptr;
  ++script.in_hand;
  ++script.waiting;
  if (ending_all_ != Ending::none) job->end(ending_all_);
  jobs_[job->job().id] = {job};
  return job;
}

void JobsInHand::began(const JobInHand& job) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(jobs_[job.job().id].waits, false)) --scripts_[job.script()].waiting;
}

void JobsInHand::settled(const JobInHand& job) {
  const std::lock_guard lock(mutex_);
  const auto place = jobs_.find(job.job().id);
  OfScript& script = scripts_[job.script()];
  --script.in_hand;
  if (place->second.waits) --script.waiting;
  jobs_.erase(place);
}

void JobsInHand::pause(const std::string& script, TimePoint until) {
  const std::lock_guard lock(mutex_);
  scripts_[script].paused_until = until;
}

std::vector<std::string> JobsInHand::passed_over(TimePoint now) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (auto next = scripts_.begin(); next != scripts_.end();) {
    const auto& [name, script] = *next;
    const bool is_full = script.limit > 0 && script.in_hand >= script.limit;
    const bool is_paused = script.paused_until > now;
    if (script.waiting > 0 || is_full || is_paused) names.push_back(name);
    next = script.in_hand == 0 && !is_paused ? scripts_.erase(next) : std::next(next);
  }
  return names;
}

std::vector<Lease> JobsInHand::leases() const {
  const std::lock_guard lock(mutex_);
  std::vector<Lease> leases;
  for (const auto& [id, place] : jobs_) leases.push_back(place.job->claimed().lease);
  return leases;
}

void JobsInHand::end(const std::string& job_id, Ending why) const {
  const std::lock_guard lock(mutex_);
  const auto place = jobs_.find(job_id);
  if (place != jobs_.end()) place->second.job->end(why);
}

void JobsInHand::end_all(Ending why) {
  const std::lock_guard lock(mutex_);
  ending_all_ = why;
  for (const auto& [id, place] : jobs_) place.job->end(why);
}

}  // namespace towermill
