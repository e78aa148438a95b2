#pragma once
// Files and folders that the server makes for itself alone. All functions are thread-safe, over processes
// too.

#include <sys/types.h>

#include <string>
#include <string_view>

#include "runner/base/result.h"

namespace towermill {

/// Makes the folder, 0700, if it is not there yet; the one that it is in must be.
Result<void> make_private_folder(const std::string& path);

/// Puts a file of this mode with these bytes in the place of what is there, all at once: nobody sees half of
/// it, and an error leaves what was there. Once an executable one is in its place, nobody has it open for
/// writing.
Result<void> replace_file(const std::string& path, std::string_view bytes, mode_t mode);

}  // namespace towermill
