#include "handler/workspace/cache.h"

#include <ctime>

namespace towermill {
namespace {

constexpr std::int64_t unsure_ns = 100'000'000;
constexpr std::size_t room_bytes = 128 << 20;

bool is_settled(const FileStamp& stamp, std::int64_t read_at_ns) {
  return stamp.ctime_ns + unsure_ns < read_at_ns;
}

}  // namespace

std::int64_t file_clock_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::shared_ptr<const Script> ScriptCache::find(const std::string& file, const ScriptStamp& stamp) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(file);
  return found != entries_.end() && found->second.stamp == stamp ? found->second.script : nullptr;
}

void ScriptCache::keep(const std::shared_ptr<const Script>& script, const ScriptStamp& stamp,
                       std::int64_t read_at_ns) {
  if (!is_settled(stamp.source, read_at_ns) || (stamp.meta && !is_settled(*stamp.meta, read_at_ns))) return;
  const std::size_t size = script->source->size();
  if (size > room_bytes) return;
  const std::lock_guard lock(mutex_);
  if (const auto old = entries_.find(script->file); old != entries_.end()) {
    bytes_ -= old->second.script->source->size();
    entries_.erase(old);
  }
  // Full is rare, and starting over is right by construction.
  if (bytes_ + size > room_bytes) {
    entries_.clear();
    bytes_ = 0;
  }
  bytes_ += size;
  entries_[script->file] = {script, stamp};
}

}  // namespace towermill
