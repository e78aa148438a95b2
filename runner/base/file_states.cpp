#include "runner/base/file_states.h"

#include <sys/stat.h>

#include <algorithm>

namespace towermill {

namespace {

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * 1'000'000'000 + time.tv_nsec; }

}  // namespace

FileStates::State FileStates::state_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {path, 0, 0, 0, 0};
  return {path, found.st_ino, found.st_size, nanoseconds(found.st_mtim), nanoseconds(found.st_ctim)};
}

FileStates::FileStates(const std::vector<std::string>& paths, std::int64_t since) {
  states_.reserve(paths.size());
  for (const std::string& path : paths) states_.push_back(state_of(path));
  changed_before_ = std::any_of(states_.begin(), states_.end(), [since](const State& state) {
    return state.changed_ns / 1'000'000'000 >= since;
  });
}

bool FileStates::have_changed() const {
  return changed_before_ || std::any_of(states_.begin(), states_.end(),
                                        [](const State& state) { return state_of(state.path) != state; });
}

}  // namespace towermill
