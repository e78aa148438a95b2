#include "handler/app/state_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "handler/app/setup.h"
#include "runner/base/fd.h"

namespace towermill {

namespace {

std::string folder_for_temporary_files() {
  const char* named = std::getenv("TMPDIR");
  return named != nullptr && *named == '/' ? named : "/var/tmp";
}

}  // namespace

// In a folder where anybody may write: nothing is believed of what is there already, but what its descriptor
// says.
Result<std::string> make_user_state_dir() {
  std::string path = fmt::format("{}/towermill-{}", folder_for_temporary_files(), ::geteuid());
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return os_error("cannot make " + path);
  const UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder) return os_error("cannot open " + path);
  struct stat info {};
  if (::fstat(folder.get(), &info) != 0) return os_error("cannot look at " + path);
  if (info.st_uid != ::geteuid()) return Error{path + " belongs to another user"};
  if (::fchmod(folder.get(), 0700) != 0) return os_error("cannot make private: " + path);
  return path;
}

Result<std::string> find_state_dir(const std::string& state_dir) {
  if (!state_dir.empty()) return state_dir;
  std::string standard = Settings().state_dir;
  if (make_state_folders(standard)) return standard;
  auto own = make_user_state_dir();
  if (!own) return Error{"state_dir is not set, and " + own.error().message};
  return own;
}

}  // namespace towermill
