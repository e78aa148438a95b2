#include "runner/protocol/frames.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "runner/protocol/messages.h"

namespace towermill {
namespace {

constexpr std::size_t prefix_bytes = 4;
// Reserved at once for a frame; a longer one grows as its bytes really come.
constexpr std::size_t reserve_bytes = 1 << 20;

}  // namespace

std::string make_frame(std::string_view json) {
  if (json.size() > UINT32_MAX) std::abort();
  std::string frame;
  frame.reserve(prefix_bytes + json.size());
  for (int shift = 24; shift >= 0; shift -= 8) frame += static_cast<char>(json.size() >> shift & 0xff);
  return frame += json;
}

std::optional<Error> FrameReader::take_length() {
  std::size_t length = 0;
  for (char c : prefix_) length = length << 8 | static_cast<unsigned char>(c);
  if (length > limit_ + result_envelope_bytes) {
    return Error{"a message of " + std::to_string(length) + " bytes is over the limit (result_limit_bytes " +
                 std::to_string(limit_) + ")"};
  }
  missing_ = length;
  content_.reserve(std::min(length, reserve_bytes));
  return std::nullopt;
}

Result<std::vector<std::string>> FrameReader::feed(std::string_view bytes) {
  std::vector<std::string> complete;
  while (!broken_ && !bytes.empty()) {
    if (prefix_.size() < prefix_bytes) {
      const std::size_t take = std::min(prefix_bytes - prefix_.size(), bytes.size());
      prefix_ += bytes.substr(0, take);
      bytes.remove_prefix(take);
      if (prefix_.size() < prefix_bytes) break;
      broken_ = take_length();
      if (broken_) break;
    }
    const std::size_t take = std::min(missing_, bytes.size());
    content_ += bytes.substr(0, take);
    bytes.remove_prefix(take);
    missing_ -= take;
    if (missing_ == 0) {
      complete.push_back(std::exchange(content_, {}));
      prefix_.clear();
    }
  }
  // What was whole before counts; the error is for the next call.
  if (broken_ && complete.empty()) return *broken_;
  return complete;
}

}  // namespace towermill
