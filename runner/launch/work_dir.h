#pragma once
// The private folder of one run: empty at first, 0700, removed afterwards whatever the script left in it.

#include <string>
#include <string_view>

#include "runner/base/fd.h"
#include "runner/base/result.h"

namespace towermill {

class WorkDir {
 public:
  /// Makes <jobs_dir>/<job_id>. Error: it is there already, or cannot be made.
  static Result<WorkDir> make(const std::string& jobs_dir, std::string_view job_id);

  WorkDir(WorkDir&& other) noexcept = default;
  WorkDir& operator=(WorkDir&&) = delete;
  WorkDir(const WorkDir&) = delete;
  WorkDir& operator=(const WorkDir&) = delete;
  ~WorkDir();

  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }

 private:
  WorkDir(UniqueFd parent, UniqueFd fd, std::string name, std::string path);

  UniqueFd parent_, fd_;
  std::string name_, path_;
};

/// Removes everything below the folder, never following a link, to any depth, over missing permissions of the
/// owner. The folder itself stays. Best effort: what cannot be removed stays.
void remove_contents(int dir_fd);

/// What a dead process's runs have left: kills the processes whose WM_JOB_ID names a folder here or whose
/// working directory is in one, then removes the folders. Returns how many folders there were.
Result<int> clear_left_overs(const std::string& jobs_dir);

}  // namespace towermill
