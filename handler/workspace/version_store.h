#pragma once
// Versions of scripts on disk, kept over edits and restarts: <folder>/<workspace>/<version>, a file of mode
// 0400 that holds the script's file name, a line end, and its bytes. Several processes may share a folder.

#include <optional>
#include <string>

#include "handler/workspace/workspace.h"
#include "runner/base/result.h"

namespace towermill {

class VersionStore {
 public:
  /// `folder` is private to the server; empty: nothing is kept, and nothing found.
  explicit VersionStore(std::string folder) : folder_(std::move(folder)) {}

  /// The kept script, without its meta; nullopt: there is none. `version` must be one in form. Error: what
  /// lies there is not that version of that workspace, or cannot be read. Thread-safe.
  Result<std::optional<Script>> find(const std::string& workspace, const std::string& version) const;

  /// Keeps the script, or notes that it is used where it is kept already. Thread-safe.
  Result<void> keep(const std::string& workspace, const Script& script) const;

 private:
  std::string folder_;
};

/// The folders that prune() should look through: one a workspace.
std::vector<std::string> version_folders(const std::string& folder);

}  // namespace towermill
