#pragma once
// Scripts already read, for as long as their files are as they were. Thread-safe.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "handler/workspace/files.h"
#include "handler/workspace/workspace.h"

namespace towermill {

/// The files a script was made of.
struct ScriptStamp {
  FileStamp source;
  std::optional<FileStamp> meta;  // nullopt: there was none
  bool operator==(const ScriptStamp&) const = default;
};

class ScriptCache {
 public:
  /// The script read from `file` when it was as `stamp` says, or nullptr.
  std::shared_ptr<const Script> find(const std::string& file, const ScriptStamp& stamp) const;

  /// `read_at_ns` is from before the first byte was read. A file changed shortly before is not kept: it could
  /// change once more within the same tick of its clock.
  void keep(const std::shared_ptr<const Script>& script, const ScriptStamp& stamp, std::int64_t read_at_ns);

 private:
  struct Entry {
    std::shared_ptr<const Script> script;
    ScriptStamp stamp;
  };
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;  // by file
  std::size_t bytes_ = 0;
};

}  // namespace towermill
