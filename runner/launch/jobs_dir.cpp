#include "runner/launch/jobs_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "runner/base/crypto.h"
#include "runner/base/text.h"
#include "runner/launch/work_dir.h"

namespace towermill {

namespace {

constexpr int most_attempts = 100;

UniqueFd open_folder(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

bool is_removed(int folder) {
  struct stat info {};
  return ::fstat(folder, &info) != 0 || info.st_nlink == 0;
}

/// The lock of a folder, taken without waiting; empty where somebody else has it.
UniqueFd take(const std::string& path) {
  UniqueFd folder = open_folder(path);
  if (folder && !lock_file(folder.get(), 0)) folder.reset();
  return folder;
}

}  // namespace

// Who clears may get hold of a folder that is made but not locked yet: then it is gone, and another is made.
Result<JobsDir> JobsDir::claim(const std::string& jobs_dir) {
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    std::string path = fmt::format("{}/{}-{}", jobs_dir, ::getpid(), to_hex(random_bytes(8)));
    if (::mkdir(path.c_str(), 0700) != 0) return os_error("cannot make a folder in " + jobs_dir);
    UniqueFd folder = take(path);
    if (folder && !is_removed(folder.get())) return JobsDir(std::move(folder), std::move(path));
  }
  return Error{"cannot keep a folder in " + jobs_dir};
}

JobsDir::~JobsDir() {
  if (lock_) ::rmdir(path_.c_str());
}

void clear_the_dead(const std::string& jobs_dir) {
  for (const std::string& name : names_in(open_folder(jobs_dir))) {
    const std::string path = jobs_dir + "/" + name;
    const UniqueFd folder = take(path);
    if (!folder) continue;
    if (clear_left_overs(path)) ::rmdir(path.c_str());
  }
}

}  // namespace towermill
