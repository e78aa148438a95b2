#pragma once
// The private folder of one run: empty at first, 0700, removed afterwards whatever the script left in it.

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/fd.h"
#include "runner/base/result.h"

namespace towermill {

class WorkDirs;

class WorkDir {
 public:
  WorkDir(WorkDir&& other) noexcept = default;
  WorkDir& operator=(WorkDir&&) = delete;
  WorkDir(const WorkDir&) = delete;
  WorkDir& operator=(const WorkDir&) = delete;
  ~WorkDir();

  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }

 private:
  friend class WorkDirs;
  WorkDir(WorkDirs& dirs, UniqueFd parent, UniqueFd fd, std::string name, std::string path);

  WorkDirs* dirs_;
  UniqueFd parent_, fd_;
  std::string name_, path_;
};

/// All that runs work in. A folder that a run left as new is renamed for a later one: to make and remove one
/// anew takes some disks longer than a script's start. Thread-safe; outlives its folders.
class WorkDirs {
 public:
  explicit WorkDirs(std::string jobs_dir) : jobs_dir_(std::move(jobs_dir)) {}
  WorkDirs(const WorkDirs&) = delete;
  WorkDirs& operator=(const WorkDirs&) = delete;
  ~WorkDirs();

  /// <jobs_dir>/<job_id>. Error: it is there already, or cannot be made.
  Result<WorkDir> make(std::string_view job_id);

  const std::string& jobs_dir() const { return jobs_dir_; }

 private:
  friend class WorkDir;
  UniqueFd renamed_spare(int parent, const std::string& name);
  std::string take_spare();
  bool keep_as_spare(const WorkDir& dir);

  std::string jobs_dir_;
  std::mutex mutex_;
  std::vector<std::string> spare_;  // names
  unsigned long kept_ = 0;
};

/// Removes everything below the folder, never following a link, to any depth, over missing permissions of the
/// owner. The folder itself stays. Best effort: what cannot be removed stays.
void remove_contents(int dir_fd);

/// What a dead process's runs have left: kills the processes whose WM_JOB_ID names a folder here or whose
/// working directory is in one, then removes the folders. Returns how many folders there were.
Result<int> clear_left_overs(const std::string& jobs_dir);

}  // namespace towermill
