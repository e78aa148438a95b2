#pragma once
// What is on disk: a named folder of scripts, looked up at every request, so that an edit counts from the
// next one on.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "handler/workspace/retry.h"
#include "runner/base/fd.h"
#include "runner/base/result.h"
#include "runner/languages/language.h"

namespace towermill {

/// What `<name>.script.yaml` says. Unknown keys are fine; a wrong type is an error with file and line.
struct ScriptMeta {
  std::string summary, description;
  std::string tag;                             // empty: that of its language
  std::vector<std::string> envs;               // "NAME=value"
  std::map<std::string, std::int64_t> limits;  // by the setting's name: timeout_s, memory_bytes, …
  std::vector<std::string> preload;            // modules that its fork server is to have loaded
  bool error_handler_muted = false;            // ws_error_handler_muted: the workspace's hears nothing of it
  bool delete_after_use = false;               // nothing of a run that was waited for is kept
  Reuse reuse = Reuse::no;                     // dedicated_worker
  std::shared_ptr<const std::string> schema;   // of its args, JSON; nullptr: not given
  std::optional<bool> schema_validation;       // whether args are checked; nullopt: its comments say
  // Runs of it at once, and how long one counts after its end; 0: no limit, not at all.
  std::int64_t concurrent_limit = 0, concurrency_time_window_s = 0;
  Retry retry;  // of a job that runs later
};

struct Script {
  std::string path;  // "f/folder/name"
  std::string file;  // "f/folder/name.py"
  const Language* language = nullptr;
  std::shared_ptr<const std::string> source;
  std::string hash;  // hex SHA-256 of path, NUL, bytes
  ScriptMeta meta;

  /// What callers name this version by: the first 16 digits of its hash.
  std::string version() const { return hash.substr(0, version_digits); }
  static constexpr std::size_t version_digits = 16;
};

std::string script_hash(const std::string& path, std::string_view bytes);

struct NotFound {};
/// Found, but it cannot be served: two files for one path, a bad yaml, an unreadable file.
struct Unusable {
  std::string reason;   // names workspace paths only, never the server's
  std::string details;  // for the log: file and line
};
using Lookup = std::variant<std::shared_ptr<const Script>, NotFound, Unusable>;

class ScriptCache;
class SoleFiles;

class Workspace {
 public:
  /// Error: not there, no folder, not readable. The folder is opened anew at every lookup, which stays
  /// beneath it.
  static Result<Workspace> open(std::string name, const std::string& folder);

  const std::string& name() const { return name_; }
  const std::string& root() const { return root_; }  // absolute

  /// `path` is "f/x/y" or "u/x/y". A path that could leave the folder is NotFound and touches no disk
  /// outside. Thread-safe.
  Lookup find(std::string_view path) const;

  /// `earlier`, a version of the script that is at its path, with what the yaml beside that says now.
  /// NotFound: there is no script at its path any more. Thread-safe.
  Lookup at_present(Script earlier) const;

  /// Every runnable below the folder, sorted; those that find() would call Unusable among them. For `check`.
  std::vector<std::string> list() const;

 private:
  Workspace() = default;
  std::string name_, root_;
  std::shared_ptr<ScriptCache> cache_;
  std::shared_ptr<SoleFiles> sole_files_;
};

using Workspaces = std::map<std::string, Workspace, std::less<>>;  // by name

inline constexpr std::size_t path_limit_bytes = 1024;
inline constexpr std::size_t script_limit_bytes = 256 << 20;

/// What keeps a path from being a runnable's; the first of them that holds.
enum class PathFault {
  none,
  too_long,
  bundle,      // inside the folder of a flow, an app or packages
  outside,     // of f/<folder>/ and u/<user>/
  characters,  // a segment that is empty, hidden or not plain
  dot,         // in the last segment
};
PathFault path_fault(std::string_view path);

/// True for f/<folder>/<name> or u/<user>/<name>: at least three segments, none empty, hidden or able to
/// leave the folder, the last without a dot; and not inside the folder of a flow, an app or packages, whose
/// files are no webhooks of their own.
bool is_runnable_path(std::string_view path);

}  // namespace towermill
