#include "handler/workspace/cache.h"

namespace towermill {
namespace {

constexpr std::size_t room_bytes = 128 << 20;

}  // namespace

std::shared_ptr<const Script> ScriptCache::find(const std::string& file, const ScriptStamp& stamp) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(file);
  return found != entries_.end() && found->second.stamp == stamp ? found->second.script : nullptr;
}

void ScriptCache::keep(const std::shared_ptr<const Script>& script, const ScriptStamp& stamp,
                       std::int64_t read_at_ns) {
  if (!is_settled_file(stamp.source, read_at_ns)) return;
  if (stamp.meta && !is_settled_file(*stamp.meta, read_at_ns)) return;
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
