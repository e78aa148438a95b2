#include "handler/workspace/files.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

namespace towermill {
namespace {

// glibc 2.36 has no wrapper.
int openat2(int folder, const char* path, int flags) {
  open_how how{};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, folder, path, &how, sizeof how));
}

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileStatus to_status(const struct stat& found) {
  return FileStatus{
      found.st_mode,
      {found.st_dev, found.st_ino, found.st_size, nanoseconds(found.st_mtim), nanoseconds(found.st_ctim)}};
}

Result<FileStatus> status_of(int fd) {
  struct stat found {};
  if (::fstat(fd, &found) != 0) return os_error("fstat");
  return to_status(found);
}

// Of file systems that stamp by the kernel's clock; and the coarsest that a folder may be stamped with, two
// seconds.
constexpr std::int64_t unsure_of_files_ns = 100'000'000, unsure_of_folders_ns = 3'000'000'000;

bool is_nothing(int error) { return error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG; }

}  // namespace

std::int64_t file_clock_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return nanoseconds(now);
}

bool is_settled_file(const FileStamp& stamp, std::int64_t seen_at_ns) {
  return stamp.ctime_ns + unsure_of_files_ns < seen_at_ns;
}

bool is_settled_folder(const FileStamp& stamp, std::int64_t seen_at_ns) {
  return stamp.ctime_ns + unsure_of_folders_ns < seen_at_ns;
}

Result<UniqueFd> open_root(const std::string& path) {
  UniqueFd folder(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return os_error(path);
  return folder;
}

Result<UniqueFd> open_beneath(int folder, const std::string& path, int flags) {
  if (path.find('\0') != path.npos) return os_error("open", EINVAL);
  // EAGAIN: something was renamed while a ".." of a link was followed; the kernel asks to try again.
  for (int tries = 0; tries < 32; ++tries) {
    UniqueFd fd(openat2(folder, path.c_str(), flags));
    if (fd) return fd;
    if (errno != EAGAIN && errno != EINTR) break;
  }
  return os_error(path);
}

Result<std::optional<FileStatus>> look_at(int folder, const std::string& path) {
  const auto fd = open_beneath(folder, path, O_PATH);
  if (fd) {
    auto status = status_of(fd->get());
    if (!status) return status.error();
    return std::optional(*status);
  }
  if (is_nothing(fd.error().os_error)) return std::optional<FileStatus>();
  return fd.error();
}

std::optional<FileStatus> glance_at(int folder, const std::string& path) {
  struct stat found {};
  if (::fstatat(folder, path.c_str(), &found, 0) != 0) return std::nullopt;
  return to_status(found);
}

Result<OpenFolder> open_folder(int folder, const std::string& path) {
  auto fd = open_beneath(folder, path, O_PATH | O_DIRECTORY);
  if (!fd) return fd.error();
  const auto status = status_of(fd->get());
  if (!status) return status.error();
  return OpenFolder{std::move(*fd), status->stamp};
}

Result<std::optional<FileStatus>> look_in(const OpenFolder& folder, const std::string& name) {
  struct stat found {};
  if (::fstatat(folder.fd.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0)
    return std::optional(to_status(found));
  if (is_nothing(errno)) return std::optional<FileStatus>();
  return os_error(name);
}

Result<FileText> read_beneath(int folder, const std::string& path, std::size_t limit_bytes) {
  // O_NONBLOCK: should a FIFO have taken the file's place since it was looked at, opening it must not wait.
  const auto fd = open_beneath(folder, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd) return fd.error();
  const auto status = status_of(fd->get());
  if (!status) return status.error();
  if (!S_ISREG(status->mode)) return os_error(path, EINVAL);
  if (static_cast<std::uint64_t>(status->stamp.size) > limit_bytes) return os_error(path, EFBIG);
  auto bytes = read_all(fd->get(), limit_bytes);
  if (!bytes) return Error{path + ": " + bytes.error().message, bytes.error().os_error};
  return FileText{std::move(*bytes), status->stamp, status->mode};
}

}  // namespace towermill
