#include "handler/front/idle.h"

#include <utility>

namespace towermill {

void IdleConnections::add(Idle idle) {
  const int fd = idle.connection.get();
  if (slots_.size() <= slot_of(fd)) slots_.resize(slot_of(fd) + 1);
  Slot& slot = slots_[slot_of(fd)];
  slot.idle = std::move(idle);
  slot.older = newest_;
  slot.newer = -1;
  newer_of(newest_) = fd;
  newest_ = fd;
  ++size_;
}

Idle IdleConnections::take(int fd) {
  if (slots_.size() <= slot_of(fd) || !slots_[slot_of(fd)].idle.connection) return {};
  Slot& slot = slots_[slot_of(fd)];
  newer_of(slot.older) = slot.newer;
  older_of(slot.newer) = slot.older;
  --size_;
  return std::move(slot.idle);
}

std::vector<int> IdleConnections::all() const {
  std::vector<int> fds;
  for (int fd = oldest_; fd >= 0; fd = newer_than(fd)) fds.push_back(fd);
  return fds;
}

}  // namespace towermill
