#include "runner/pool/leaving.h"

#include <poll.h>

#include <csignal>
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

void Leaving::settle_all() {
  while (!empty()) {
    settle();
    if (!empty()) ::poll(nullptr, 0, 5);
  }
}

}  // namespace towermill
