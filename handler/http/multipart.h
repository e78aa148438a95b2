#pragma once
// multipart/form-data (RFC 7578, RFC 2046 section 5.1), part by part as it comes: of the parts' contents
// nothing is kept.

#include <cstddef>
#include <string>
#include <string_view>

#include "handler/http/part_head.h"
#include "runner/base/result.h"

namespace towermill {

struct MultipartLimits {
  std::size_t parts = 1000;
  std::size_t part_header_bytes = 8 * 1024;
};

/// Told of the parts, in order. An Error ends the parsing and is what take() returns.
class PartReceiver {
 public:
  virtual ~PartReceiver() = default;
  virtual Result<void> begin(PartHead head) = 0;
  virtual Result<void> content(std::string_view bytes) = 0;
  virtual Result<void> end() = 0;
};

/// The boundary that a Content-Type names. Error: it names none, or one that RFC 2046 does not allow.
Result<std::string> boundary_of(std::string_view content_type);

class MultipartParser {
 public:
  /// `boundary` is from boundary_of; the receiver outlives the parser.
  MultipartParser(std::string_view boundary, const MultipartLimits& limits, PartReceiver& receiver);

  /// Takes the next bytes, however they are cut, in linear time. Error: the body is malformed; with EFBIG,
  /// the name and value of the limit that it is over; or the receiver's. Nothing may follow an error.
  Result<void> take(std::string_view bytes);

  /// The body has ended. Error: not where it had to.
  Result<void> finish() const;

 private:
  enum class State { preamble, delimiter, header, content, epilogue };

  Result<bool> step();
  Result<bool> skip_to_delimiter();
  Result<bool> after_delimiter();
  Result<bool> read_header();
  Result<bool> read_content();

  struct Found {
    std::size_t before;
    bool whole;
  };
  Found find_delimiter() const;
  std::string_view rest() const { return std::string_view(held_).substr(at_); }

  const std::string delimiter_;  // with the line end before it
  const MultipartLimits limits_;
  PartReceiver& receiver_;
  State state_ = State::preamble;
  std::string held_;          // what is not decided yet: a delimiter may begin in it
  std::size_t at_ = 0;        // of held_: all before is done with
  std::size_t searched_ = 0;  // of rest(): a header ends no earlier
  std::size_t parts_ = 0;
};

}  // namespace towermill
