#pragma once
// Whether files are what they were.

#include <cstdint>
#include <string>
#include <vector>

namespace towermill {

/// For one thread.
class FileStates {
 public:
  FileStates() = default;
  /// As they are now. `since`: seconds since 1970; one that was written then or later counts as changed, for
  /// who read it may have read what was there before.
  FileStates(const std::vector<std::string>& paths, std::int64_t since);

  bool have_changed() const;

 private:
  struct State {
    std::string path;
    std::uint64_t inode;
    std::int64_t size, written_ns, changed_ns;
    bool operator==(const State&) const = default;
  };
  static State state_of(const std::string& path);

  std::vector<State> states_;
  bool changed_before_ = false;
};

}  // namespace towermill
