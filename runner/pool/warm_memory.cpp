#include "runner/pool/warm_memory.h"

#include <algorithm>
#include <utility>

namespace towermill {

TimePoint WarmMemory::hold(Way way, std::vector<Held> held) {
  const std::lock_guard lock(mutex_);
  held_[static_cast<std::size_t>(way)] = std::move(held);
  std::vector<Held> all;
  for (const auto& of_way : held_) all.insert(all.end(), of_way.begin(), of_way.end());
  std::sort(all.begin(), all.end(), [](const Held& a, const Held& b) { return a.used > b.used; });
  std::int64_t bytes = 0;
  for (const Held& one : all)
    if ((bytes += one.bytes) > limit_bytes_) return one.used;
  return TimePoint::min();
}

bool WarmMemory::has_room(const Held& more) const {
  const std::lock_guard lock(mutex_);
  std::int64_t bytes = more.bytes;
  for (const auto& of_way : held_)
    for (const Held& one : of_way)
      if (one.used >= more.used) bytes += one.bytes;
  return bytes <= limit_bytes_;
}

}  // namespace towermill
