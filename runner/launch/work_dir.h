#pragma once
// The private folder of a run: empty at first, 0700. Whatever the script left in it is gone afterwards.

#include <sys/types.h>

#include <ctime>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runner/base/fd.h"
#include "runner/base/result.h"

namespace towermill {

class WorkDirs;

/// A folder as it was when it was last seen to be as new. Whatever is done to it or to the names in it sets
/// the time of its change to the present, which no process can choose.
struct FolderMark {
  std::string name;  // of a folder of the jobs folder
  dev_t device = 0;
  ino_t inode = 0;
  timespec changed{};
  bool settled = false;  // seen so long after `changed` that a later change cannot have the same time
};

class WorkDir {
 public:
  WorkDir(WorkDir&& other) noexcept = default;
  WorkDir& operator=(WorkDir&& other) noexcept;
  WorkDir(const WorkDir&) = delete;
  WorkDir& operator=(const WorkDir&) = delete;
  ~WorkDir();

  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }

  /// Whether it is, under its name, as a run finds it. Costs one look, if nothing has been done to it for
  /// long.
  bool is_as_new();

 private:
  friend class WorkDirs;
  WorkDir(WorkDirs& dirs, UniqueFd fd, FolderMark mark);

  WorkDirs* dirs_;
  UniqueFd fd_;
  FolderMark mark_;
  std::string path_;
};

/// All that runs work in. A folder that a run left as new serves a later one, under its name: to make and
/// remove one anew, or only to rename it, takes some disks as long as a small program's start. Thread-safe;
/// outlives its folders.
class WorkDirs {
 public:
  explicit WorkDirs(std::string jobs_dir);
  WorkDirs(const WorkDirs&) = delete;
  WorkDirs& operator=(const WorkDirs&) = delete;
  ~WorkDirs();

  /// A folder of <jobs_dir>, under a name that says nothing. Error: it cannot be made.
  Result<WorkDir> make();

  const std::string& jobs_dir() const { return jobs_dir_; }

 private:
  friend class WorkDir;
  std::optional<FolderMark> take_spare();
  std::optional<WorkDir> reopen(FolderMark spare);
  Result<WorkDir> make_new();
  bool keep_as_spare(WorkDir& dir);

  std::string jobs_dir_;
  UniqueFd parent_;
  std::mutex mutex_;
  std::vector<FolderMark> spare_;
};

/// Removes everything below the folder, never following a link, to any depth, over missing permissions of the
/// owner. The folder itself stays. Best effort: what cannot be removed stays.
void remove_contents(int dir_fd);

/// What a dead process's runs have left: kills the processes whose HOME, TMPDIR or working directory is one
/// of the folders here or in it, then removes the folders. Returns how many folders there were.
Result<int> clear_left_overs(const std::string& jobs_dir);

}  // namespace towermill
