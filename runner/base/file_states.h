#pragma once
// Whether files are what they were.

#include <cstdint>
#include <string>
#include <vector>

namespace towermill {

/// Two are equal where it is the same file, with the same content. All zero where there is none.
struct FileState {
  explicit FileState(const std::string& path);
  bool operator==(const FileState&) const = default;

  std::uint64_t device = 0, inode = 0;
  std::int64_t size = 0, written_ns = 0, changed_ns = 0;
};

/// For one thread.
class FileStates {
 public:
  FileStates() = default;
  /// As they are now. `since_ns`: after 1970; one that was written since counts as changed, for who read it
  /// may have read what was there before.
  FileStates(const std::vector<std::string>& paths, std::int64_t since_ns);

  bool have_changed() const;

 private:
  struct File {
    std::string path;
    FileState state;
  };

  std::vector<File> files_;
  bool changed_before_ = false;
};

}  // namespace towermill
