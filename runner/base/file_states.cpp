#include "runner/base/file_states.h"

#include <sys/stat.h>

#include <algorithm>

namespace towermill {

namespace {

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * 1'000'000'000 + time.tv_nsec; }

}  // namespace

FileState::FileState(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return;
  device = found.st_dev;
  inode = found.st_ino;
  size = found.st_size;
  written_ns = nanoseconds(found.st_mtim);
  changed_ns = nanoseconds(found.st_ctim);
}

FileStates::FileStates(const std::vector<std::string>& paths, std::int64_t since_ns) {
  files_.reserve(paths.size());
  for (const std::string& path : paths) files_.push_back({path, FileState(path)});
  changed_before_ = std::any_of(files_.begin(), files_.end(),
                                [since_ns](const File& file) { return file.state.changed_ns >= since_ns; });
}

bool FileStates::have_changed() const {
  return changed_before_ || std::any_of(files_.begin(), files_.end(),
                                        [](const File& file) { return FileState(file.path) != file.state; });
}

}  // namespace towermill
