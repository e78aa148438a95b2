#pragma once
// The bytes that were hashed, as a file that can be executed.

#include <string>
#include <string_view>

#include "runner/base/result.h"

namespace towermill {

/// The absolute path of <cache_dir>/<hash>/<name>, a file of mode 0500 that holds `bytes`; written if it
/// is not there yet. An existing one is trusted only as a regular file of the right size that is ours. Once
/// returned, nobody has the file open for writing, so that it can be executed, and no prune takes it within
/// the next hour. Thread-safe.
Result<std::string> stored_copy(const std::string& cache_dir, const std::string& hash,
                                const std::string& name, std::string_view bytes);

}  // namespace towermill
