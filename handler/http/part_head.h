#pragma once
// The headers of one part of multipart/form-data (RFC 7578 section 4).

#include <optional>
#include <string>
#include <string_view>

#include "runner/base/result.h"

namespace towermill {

struct PartHead {
  std::string name;
  std::optional<std::string> file_name;  // of any bytes, "/" and ".." among them: never a path
  std::string content_type;              // as sent; empty: none

  /// A part is a file if it has a file's name, or a content type that is no text.
  bool is_file() const;
};

/// `lines` are the header lines, each ended by CR LF. Error: a sentence's end.
Result<PartHead> parse_part_head(std::string_view lines);

}  // namespace towermill
