#pragma once
// The files by which a Bash script may give its result.

#include <cstddef>
#include <optional>
#include <string>

#include "runner/base/result.h"

namespace towermill {

/// The bytes of the file `name` in the folder, nullopt if it is not there or empty. The script made it, so
/// nothing is followed or waited for: only a regular file of at most `limit_bytes` is read; Errors are
/// sentences for the script's author.
Result<std::optional<std::string>> read_result_file(int folder, const std::string& name,
                                                    std::size_t limit_bytes);

}  // namespace towermill
