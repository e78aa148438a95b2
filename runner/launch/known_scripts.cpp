#include "runner/launch/known_scripts.h"

#include <utility>

namespace towermill {

namespace {

constexpr std::size_t largest = 64 * 1024;
constexpr std::size_t most_bytes = 4 << 20;
constexpr std::size_t most_scripts = 256;
constexpr std::size_t often = 2;

}  // namespace

// Once the room is taken, what comes later is told with every run, until the fork server is renewed.
std::optional<std::size_t> KnownScripts::number(const std::string& frame, std::size_t known) {
  auto found = scripts_.find(frame);
  if (found == scripts_.end()) {
    if (frame.size() > largest || scripts_.size() == most_scripts || bytes_ + frame.size() > most_bytes)
      return std::nullopt;
    bytes_ += frame.size();
    found = scripts_.try_emplace(frame).first;
  }
  Script& script = found->second;
  if (++script.runs >= often && !script.was_tried && wanted_.empty()) wanted_ = frame;
  if (script.number && *script.number < known) return script.number;
  return std::nullopt;
}

std::string KnownScripts::next() {
  if (!learning_.empty()) return {};
  learning_ = std::exchange(wanted_, {});
  if (!learning_.empty()) scripts_[learning_].was_tried = true;
  return learning_;
}

void KnownScripts::learnt(std::size_t known) {
  if (known > known_) scripts_[learning_].number = known_;
  known_ = known;
  learning_.clear();
}

}  // namespace towermill
