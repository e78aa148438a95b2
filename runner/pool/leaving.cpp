#include "runner/pool/leaving.h"

#include <poll.h>

#include <algorithm>
#include <csignal>
#include <iterator>
#include <utility>

namespace towermill {

void Leaving::add(std::unique_ptr<Child> child, std::chrono::milliseconds grace, std::shared_ptr<void> keep) {
  child->channel.reset();
  leaving_.push_back({std::move(child), Clock::now() + grace, std::move(keep)});
}

bool Leaving::is_over(Late& late) {
  pollfd ended{late.child->pidfd.get(), POLLIN, 0};
  if (::poll(&ended, 1, 0) > 0) {
    ::kill(-late.child->pid, SIGKILL);  // before the leader is reaped: its zombie keeps the number ours
    late.child->reap();
    return true;
  }
  if (!late.killed && Clock::now() >= late.deadline) {
    late.killed = true;
    ::kill(-late.child->pid, SIGKILL);
  }
  return false;
}

void Leaving::settle() { std::erase_if(leaving_, is_over); }

std::size_t Leaving::settle_all(std::chrono::milliseconds patience) {
  constexpr int pause_ms = 5;
  TimePoint until = Clock::now();
  for (const Late& late : leaving_) until = std::max(until, late.deadline);
  for (settle(); !empty() && Clock::now() < until + patience; settle()) ::poll(nullptr, 0, pause_ms);
  const std::size_t left = size();
  // To destroy one would be to wait for it.
  static auto& never_ending = *new std::vector<Late>;
  std::move(leaving_.begin(), leaving_.end(), std::back_inserter(never_ending));
  leaving_.clear();
  return left;
}

}  // namespace towermill
