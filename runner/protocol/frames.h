#pragma once
// Frames: how messages stand one after the other on a stream. A 4-byte big-endian length, then JSON.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"

namespace towermill {

/// One frame that holds `json`. Ends the process if that is 4 GiB or more, far beyond every limit on it.
std::string make_frame(std::string_view json);

/// Takes the bytes of a stream as they come and gives the frames' contents as they complete.
class FrameReader {
 public:
  /// The limit is for the result within a frame; the few bytes that are put around it may come on top.
  explicit FrameReader(std::size_t result_limit_bytes) : limit_(result_limit_bytes) {}

  /// The contents completed by `bytes`, in order. An Error names result_limit_bytes: a frame claims to be
  /// longer. What follows such a frame cannot be understood, so the Error is given again from then on.
  Result<std::vector<std::string>> feed(std::string_view bytes);

 private:
  std::optional<Error> take_length();

  std::size_t limit_;
  std::string prefix_;       // what is there of the 4 bytes
  std::size_t missing_ = 0;  // of the content, once the prefix is whole
  std::string content_;
  std::optional<Error> broken_;
};

}  // namespace towermill
