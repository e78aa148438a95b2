#pragma once
// Where secrets come from: files and variables of a workspace, files outside it, the environment, systemd's
// credentials. What others could read or write is refused.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handler/workspace/files.h"
#include "runner/base/result.h"

namespace towermill {

/// A file that something was read from, as it was then.
struct FileSeen {
  std::string path;                // absolute
  std::optional<FileStamp> stamp;  // nullopt: it was not there
  bool settled = false;            // false: it could change once more without showing it
};

class SecretSource {
 public:
  /// `root` is the workspace's folder.
  explicit SecretSource(std::string root) : root_(std::move(root)) {}

  struct Text {
    std::string bytes;
    mode_t mode = 0;
  };
  /// f/x/github.resource.yaml. Who may write it is looked at; whether others may read it is for whom it holds
  /// a secret: see private_to_us(). Errors name files as `called`, or in the words of the resource.
  Result<Text> resource(const std::string& path);

  /// The value of f/x/name.variable.yaml.
  Result<std::string> variable(const std::string& path);

  /// The first line's end is not part of it. A relative path is beneath the workspace.
  Result<std::string> file(const std::string& path);
  static Result<std::string> environment(const std::string& name);
  Result<std::string> credential(const std::string& name);

  /// Every file that was looked at, also those that were not there.
  const std::vector<FileSeen>& seen() const { return seen_; }

 private:
  Result<Text> read(const std::string& folder, const std::string& name, const std::string& called);

  std::string root_;
  std::vector<FileSeen> seen_;
};

/// Error: others could read it.
Result<void> private_to_us(mode_t mode, const std::string& called);

/// Whether all of them are as they were. One system call for each.
bool are_unchanged(const std::vector<FileSeen>& files);

}  // namespace towermill
