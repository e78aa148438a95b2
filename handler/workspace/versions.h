#pragma once
// Scripts by version instead of by path: what is at their path now, what was run before, and what has never
// been run yet.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "handler/observe/log.h"
#include "handler/workspace/version_store.h"
#include "handler/workspace/workspace.h"
#include "runner/base/clock.h"

namespace towermill {

/// True for 16 lower-case hex digits.
bool is_version(std::string_view text);

class Versions {
 public:
  /// `folder` is the store's; empty: only what is at a script's path now is found. Looking for versions that
  /// nobody knows takes one part in `scan_share` of the time at most.
  Versions(std::string folder, const Log& log, int scan_share = 20)
      : store_(std::move(folder)), log_(log), scan_share_(scan_share) {}

  /// The script of that version in that workspace, with the yaml that is beside it now. NotFound too where no
  /// script is at its path any more. For a version that was neither run nor told of, the whole workspace is
  /// read; callers who ask for such ones all the time are told NotFound without. Thread-safe.
  Lookup find(const Workspace& workspace, const std::string& version);

  /// To be called where a caller is told of a script's version: find() need not look for it then.
  /// Thread-safe.
  void told_of(const Workspace& workspace, const Script& script);

  /// To be called before a script runs: from then on find() knows this version. Costs a look at the disk at
  /// the first run, and one an hour. A store that cannot be written is the log's matter. Thread-safe.
  void keep(const Workspace& workspace, const Script& script);

 private:
  struct Known {
    std::string path;
    std::optional<TimePoint> kept;
  };
  /// The versions at present in one workspace.
  struct Scan {
    std::unordered_map<std::string, std::string> paths;  // by version
    TimePoint paid;                                      // when the time spent will have been made up for
  };

  std::optional<std::string> known_path(const std::string& key);
  void know(const std::string& key, const Known& known);
  std::optional<std::string> scanned_path(const Workspace& workspace, const std::string& version);

  const VersionStore store_;
  const Log& log_;
  const int scan_share_;
  std::mutex mutex_;
  std::unordered_map<std::string, Known> known_;  // by workspace/version
  std::mutex scan_mutex_;
  std::map<std::string, Scan> scans_;  // by workspace
};

}  // namespace towermill
