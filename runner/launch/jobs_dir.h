#pragma once
// One process's part of a jobs folder that several share: a folder below it, locked for as long as the
// process lives, so that anybody can tell what the dead have left.

#include <string>

#include "runner/base/fd.h"
#include "runner/base/result.h"

namespace towermill {

class JobsDir {
 public:
  /// Makes a private folder <jobs_dir>/<pid>-<random> and locks it. Error: it cannot be made.
  static Result<JobsDir> claim(const std::string& jobs_dir);

  JobsDir(JobsDir&& other) noexcept = default;
  JobsDir& operator=(JobsDir&&) = delete;
  JobsDir(const JobsDir&) = delete;
  JobsDir& operator=(const JobsDir&) = delete;
  ~JobsDir();  // removes the folder, which the runs have left empty

  const std::string& path() const { return path_; }

 private:
  JobsDir(UniqueFd lock, std::string path) : lock_(std::move(lock)), path_(std::move(path)) {}

  UniqueFd lock_;
  std::string path_;
};

/// Clears what dead processes have left in a jobs folder: ends their runs' processes and removes their
/// folders. The folders of the living are left alone. Costs little where there is nothing to clear.
/// Thread-safe, over processes too.
void clear_the_dead(const std::string& jobs_dir);

}  // namespace towermill
