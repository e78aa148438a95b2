#pragma once
// What languages keep below cache_dir: the bytes that were hashed, to be executed, and what was made of them.
// All functions are thread-safe.

#include <optional>
#include <string>
#include <string_view>

#include "runner/base/result.h"
#include "runner/protocol/outcome.h"

namespace towermill {

/// The absolute path of <cache_dir>/<name>, a folder that no prune takes within the next hour; made, 0700, if
/// it is not there yet.
Result<std::string> cache_entry(const std::string& cache_dir, const std::string& name);

/// The absolute path of <cache_dir>/<hash>/<name>, a file of mode 0500 that holds `bytes`; written if it
/// is not there yet. An existing one is trusted only as a regular file of the right size that is ours. Once
/// returned, nobody has the file open for writing, so that it can be executed, and no prune takes it within
/// the next hour.
Result<std::string> stored_copy(const std::string& cache_dir, const std::string& hash,
                                const std::string& name, std::string_view bytes);

/// Makes the folder and those above it that are not there yet, 0700.
Result<void> make_stored_folder(const std::string& path);

/// What a regular file of ours holds, be it put there by us or by a program that we started; nullopt where
/// there is none.
std::optional<std::string> stored_text(const std::string& path);

/// The outcome where `what` ("the script") cannot be stored.
NotStarted not_stored(std::string_view what, const Error& error);

}  // namespace towermill
