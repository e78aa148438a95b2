#pragma once
// Whole lines onto a descriptor that may be slow, full or gone.

#include <cstdint>
#include <string_view>

namespace towermill {

/// A reader that is gone costs the line; one that does not read costs a short wait once, then the lines,
/// until it reads again: what was lost is then told in a line. Never raises SIGPIPE. Not thread-safe.
class LineWriter {
 public:
  explicit LineWriter(int fd);  // not owned

  /// `line` with its newline.
  void write(std::string_view line);

 private:
  enum class Kind { file, socket, other };
  static Kind kind_of(int fd);
  bool write_now(std::string_view line);
  std::int64_t write_some(std::string_view bytes, int wait_ms) const;
  bool wait_for_room(int wait_ms) const;

  int fd_;
  Kind kind_;
  bool stuck_ = false;      // the last line did not go out
  bool torn_ = false;       // only a part of it did
  std::uint64_t lost_ = 0;  // lines since then
};

}  // namespace towermill
