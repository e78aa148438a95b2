#pragma once
// The frames that come on the channel: four bytes of length, big-endian, and the content.

#include <array>
#include <cstddef>
#include <string_view>

namespace towermill::native {

/// Reads one after the other. The usual ones share one read.
class Frames {
 public:
  explicit Frames(int fd) : fd_(fd) {}
  Frames(const Frames&) = delete;
  Frames& operator=(const Frames&) = delete;
  ~Frames();

  enum class Got { frame, end, no_memory };
  /// The content is good until the next call.
  Got next(std::string_view& content);

 private:
  bool fill(std::size_t bytes);
  bool read_to(char* to, std::size_t bytes) const;

  int fd_;
  std::size_t begin_ = 0, end_ = 0;  // of what is read and not taken, in buffer_
  char* large_ = nullptr;
  std::array<char, 16 * 1024> buffer_;
};

}  // namespace towermill::native
