#include "runner/languages/stored_copy.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "runner/base/crypto.h"
#include "runner/base/fd.h"
#include "runner/base/prune.h"

namespace towermill {
namespace {

bool is_trusted(const std::string& path, std::size_t size) {
  struct stat found {};
  return lstat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) && found.st_uid == geteuid() &&
         (found.st_mode & 07777) == 0500 && found.st_size == static_cast<off_t>(size);
}

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

Result<void> write_new(const std::string& path, std::string_view bytes) {
  const UniqueFd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0500));
  if (!file) return os_error("open " + path);
  if (auto written = write_all(file.get(), bytes); !written) return written;
  if (fchmod(file.get(), 0500) != 0) return os_error("fchmod " + path);
  return {};
}

}  // namespace

// One that was not used for long may go between two steps.
Result<std::string> cache_entry(const std::string& cache_dir, const std::string& name) {
  if (!cache_dir.starts_with('/')) return Error{"cache_dir is no absolute path: " + cache_dir};
  std::string folder = cache_dir + "/" + name;
  for (int tries = 0; tries < 10; ++tries) {
    if (mark_used(folder)) return folder;
    if (mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) continue;
    // Who needs room may clear away all of it.
    const bool gone = errno == ENOENT;
    if (!gone || (mkdir(cache_dir.c_str(), 0700) != 0 && errno != EEXIST)) return os_error("mkdir " + folder);
  }
  return Error{folder + " cannot be marked as used"};
}

Result<std::string> stored_copy(const std::string& cache_dir, const std::string& hash,
                                const std::string& name, std::string_view bytes) {
  const auto folder = cache_entry(cache_dir, hash);
  if (!folder) return folder.error();
  std::string path = *folder + "/" + name;
  if (is_trusted(path, bytes.size())) return path;
  if (auto stored = store_file(path, bytes); !stored) return stored.error();
  return path;
}

Result<void> make_stored_folder(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string folder = path.substr(0, slash);
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return os_error("mkdir " + folder);
    if (slash == std::string::npos) return {};
  }
}

Result<void> store_file(const std::string& path, std::string_view bytes) {
  const std::string written = path.substr(0, path.rfind('/') + 1) + "." + random_token();
  auto done = write_new(written, bytes);
  if (done) {
    await_no_writer(written);
    if (rename(written.c_str(), path.c_str()) != 0) done = os_error("rename to " + path);
  }
  if (!done) unlink(written.c_str());
  return done;
}

std::optional<std::string> stored_text(const std::string& path) {
  constexpr std::size_t most_bytes = 64 << 20;
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat found {};
  if (!file || fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode) || found.st_uid != geteuid())
    return std::nullopt;
  auto text = read_all(file.get(), most_bytes);
  return text ? std::optional(std::move(*text)) : std::nullopt;
}

}  // namespace towermill
