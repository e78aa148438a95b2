#pragma once
// Paths that only one file beside them could be, by what their folder was like when that was seen: as long as
// it is so, nobody has to look for the others. Thread-safe.

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "handler/workspace/files.h"
#include "runner/languages/language.h"

namespace towermill {

class SoleFiles {
 public:
  /// The file that alone could be `path` in a folder with that stamp; nullopt: it has to be looked for.
  std::optional<std::string> find(const std::string& path, const FileStamp& folder) const;

  /// Looks whether `file` is the only one beside each other that could be `path`, and keeps that. What a
  /// stamp of the folder does not tell of, a link or a file that may become a program, keeps it from being
  /// kept, and so does a folder that has just been changed. `seen_at_ns` is from before the folder's stamp
  /// was taken.
  void keep(const std::string& path, const std::string& file, const OpenFolder& folder,
            std::int64_t seen_at_ns, const std::vector<LanguageRow>& languages);

 private:
  struct Sole {
    FileStamp folder;
    std::string file;
  };
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Sole> files_;  // by path
};

}  // namespace towermill
