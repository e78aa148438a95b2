#include "runner/base/private_files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "runner/base/crypto.h"
#include "runner/base/fd.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr mode_t executable = 0111;

// A process that another thread forks at the wrong moment holds our writing descriptor until it executes, and
// the file is "busy" that long. A read lease is given only once nobody can write any more; where the file
// system has no leases, the chance is left as it is.
void await_no_writer(const std::string& path) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  for (int tries = 0; file && tries < 1000; ++tries) {
    if (fcntl(file.get(), F_SETLEASE, F_RDLCK) == 0) {
      fcntl(file.get(), F_SETLEASE, F_UNLCK);
      return;
    }
    if (errno != EAGAIN) return;
    poll(nullptr, 0, 1);
  }
}

Result<void> write_new(const std::string& path, std::string_view bytes, mode_t mode) {
  const UniqueFd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file) return os_error("cannot make " + path);
  if (auto written = write_all(file.get(), bytes); !written) return written;
  // Whatever the umask is.
  if (fchmod(file.get(), mode) != 0) return os_error("cannot set the mode of " + path);
  return {};
}

}  // namespace

Result<void> make_private_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return os_error("cannot make " + path);
  return {};
}

Result<void> replace_file(const std::string& path, std::string_view bytes, mode_t mode) {
  const std::string written = folder_of(path) + "/." + random_token();
  auto done = write_new(written, bytes, mode);
  if (done) {
    if ((mode & executable) != 0) await_no_writer(written);
    if (rename(written.c_str(), path.c_str()) != 0) done = os_error("cannot replace " + path);
  }
  if (!done) unlink(written.c_str());
  return done;
}

}  // namespace towermill
