#include "runner/languages/python/native/frames.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace towermill::native {

namespace {

constexpr std::size_t length_bytes = 4;

std::size_t length_at(const char* at) {
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) length = length << 8 | static_cast<unsigned char>(at[i]);
  return length;
}

ssize_t read_some(int fd, char* to, std::size_t bytes) {
  ssize_t got = 0;
  do got = ::read(fd, to, bytes);
  while (got < 0 && errno == EINTR);
  return got;
}

}  // namespace

Frames::~Frames() { std::free(large_); }

bool Frames::fill(std::size_t bytes) {
  if (begin_ + bytes > buffer_.size()) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  while (end_ - begin_ < bytes) {
    const ssize_t got = read_some(fd_, buffer_.data() + end_, buffer_.size() - end_);
    if (got <= 0) return false;
    end_ += static_cast<std::size_t>(got);
  }
  return true;
}

bool Frames::read_to(char* to, std::size_t bytes) const {
  while (bytes > 0) {
    const ssize_t got = read_some(fd_, to, bytes);
    if (got <= 0) return false;
    to += got;
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

Frames::Got Frames::next(std::string_view& content) {
  std::free(std::exchange(large_, nullptr));
  if (!fill(length_bytes)) return Got::end;
  const std::size_t length = length_at(buffer_.data() + begin_);
  begin_ += length_bytes;
  if (length <= buffer_.size()) {
    if (!fill(length)) return Got::end;
    content = {buffer_.data() + begin_, length};
    begin_ += length;
    return Got::frame;
  }
  large_ = static_cast<char*>(std::malloc(length));
  if (large_ == nullptr) return Got::no_memory;
  const std::size_t there = std::min(length, end_ - begin_);
  std::memcpy(large_, buffer_.data() + begin_, there);
  begin_ += there;
  if (!read_to(large_ + there, length - there)) return Got::end;
  content = {large_, length};
  return Got::frame;
}

}  // namespace towermill::native
