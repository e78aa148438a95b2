#include "runner/languages/bash/result_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "runner/base/fd.h"

namespace towermill {

Result<std::optional<std::string>> read_result_file(int folder, const std::string& name,
                                                    std::size_t limit_bytes) {
  const UniqueFd file(
      openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file && errno == ENOENT) return std::optional<std::string>{};
  struct stat found {};
  if ((!file && errno == ELOOP) || (file && (fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode)))) {
    return Error{name + " is not a regular file"};
  }
  if (!file) return os_error(name + " cannot be read");
  auto bytes = read_all(file.get(), limit_bytes);
  if (!bytes && bytes.error().os_error == EFBIG) {
    return Error{name + " is over the limit (result_limit_bytes " + std::to_string(limit_bytes) + ")"};
  }
  if (!bytes) return Error{name + " cannot be read", bytes.error().os_error};
  if (bytes->empty()) return std::optional<std::string>{};
  return std::optional(std::move(*bytes));
}

}  // namespace towermill
