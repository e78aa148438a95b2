#pragma once
// The *.http_trigger.yaml of a workspace, as they are now: a change counts from the next look on. A look
// costs one system call for each folder of the workspace and for each of these files; a folder is listed, and
// a file read, only where its stamp has changed.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "handler/workspace/files.h"
#include "handler/workspace/http_trigger.h"

namespace towermill {

struct TriggerFile {
  std::string file;
  std::string text;
  Result<HttpTrigger> trigger;
};

/// Sorted by file. A file that has not changed is the same object in each of them.
using Triggers = std::vector<std::shared_ptr<const TriggerFile>>;

struct TriggersSeen;  // what a look has found

class TriggerFiles {
 public:
  using FileClock = std::int64_t (*)();

  /// `root` is opened anew at every look.
  explicit TriggerFiles(std::string root, FileClock clock = file_clock_ns)
      : root_(std::move(root)), clock_(clock) {}

  /// The same object as long as nothing has changed. Empty where the folder cannot be opened. Thread-safe.
  std::shared_ptr<const Triggers> now();

 private:
  const std::string root_;
  const FileClock clock_;
  std::mutex mutex_;
  std::shared_ptr<const TriggersSeen> seen_;
};

}  // namespace towermill
