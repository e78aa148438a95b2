#include "runner/launch/work_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <utility>
#include <vector>

#include "runner/base/crypto.h"
#include "runner/base/text.h"
#include "runner/launch/orphans.h"

namespace towermill {

namespace {

constexpr std::size_t most_spare = 64;
// What an empty folder takes at most; one that once held many names stays large on some disks.
constexpr off_t largest_new = 4096;
// No disk notes times less exactly.
constexpr time_t coarsest_clock_s = 2;

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

UniqueFd open_folder(int at, const char* name) { return UniqueFd(::openat(at, name, folder_flags)); }

// No mount point: what a script has mounted in its folder is not ours to clear away.
UniqueFd open_folder_in(int parent, const char* name) {
  open_how how{};
  how.flags = folder_flags;
  how.resolve = RESOLVE_NO_XDEV;
  return UniqueFd(static_cast<int>(::syscall(SYS_openat2, parent, name, &how, sizeof how)));
}

// chattr +i, +a: they outlive what removes names and modes.
bool is_locked(int folder) {
  struct statx info {};
  return ::statx(folder, "", AT_EMPTY_PATH, 0, &info) != 0 ||
         (info.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0;
}

// Empty, private, and without attributes, which is what access lists are.
bool looks_new(int folder, const struct stat& info) {
  if ((info.st_mode & 07777) != 0700 || info.st_uid != ::geteuid() || info.st_size > largest_new)
    return false;
  if (::flistxattr(folder, nullptr, 0) > 0 || is_locked(folder)) return false;
  UniqueFd names = open_folder(folder, ".");
  return names && names_in(std::move(names)).empty();
}

bool is_long_ago(const timespec& time) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec - time.tv_sec > coarsest_clock_s;
}

/// Whether the marked folder, open as `folder`, has its name in `parent` and is as new; the mark is brought
/// up to date.
bool is_still_new(int parent, int folder, FolderMark& mark) {
  struct stat info {};
  if (::fstatat(parent, mark.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return false;
  if (info.st_ino != mark.inode || info.st_dev != mark.device) return false;
  const bool unchanged =
      info.st_ctim.tv_sec == mark.changed.tv_sec && info.st_ctim.tv_nsec == mark.changed.tv_nsec;
  if (mark.settled && unchanged) return true;
  mark.changed = info.st_ctim;
  mark.settled = is_long_ago(info.st_ctim);
  return looks_new(folder, info);
}

// A mount point's mode is not changed: it is no matter of access that it cannot be opened or moved.
template <class Attempt>
bool try_with_access(int at, const std::string& name, const Attempt& attempt) {
  if (attempt()) return true;
  return errno == EACCES && ::fchmodat(at, name.c_str(), 0700, 0) == 0 && attempt();
}

// Moves a folder's subfolders up to the top instead of walking down: any depth, two descriptors. True if it
// could.
bool flatten(int top, const std::string& name) {
  UniqueFd folder;
  const auto open = [&] { return bool(folder = open_folder_in(top, name.c_str())); };
  if (!try_with_access(top, name, open)) return false;
  ::fchmod(folder.get(), 0700);
  bool moved_all = true;
  for (const std::string& inner : names_in(open_folder(folder.get(), "."))) {
    if (::unlinkat(folder.get(), inner.c_str(), 0) == 0) continue;
    struct stat info {};
    if (::fstatat(folder.get(), inner.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(info.st_mode))
      continue;
    // To a name that the script cannot have taken.
    const auto move = [&] {
      return ::renameat(folder.get(), inner.c_str(), top, random_token().c_str()) == 0;
    };
    moved_all = try_with_access(folder.get(), inner, move) && moved_all;
  }
  return moved_all;
}

bool works_below(pid_t pid, const std::string& below) {
  char target[4096];
  const auto length = ::readlink(fmt::format("/proc/{}/cwd", pid).c_str(), target, sizeof target);
  return length > 0 && std::string_view(target, static_cast<std::size_t>(length)).starts_with(below);
}

bool has_home_below(pid_t pid, const std::string& below) {
  for (const char* variable : {"HOME", "TMPDIR"}) {
    const auto folder = environment_of(pid, variable);
    if (folder && folder->starts_with(below)) return true;
  }
  return false;
}

void kill_left_overs(const std::string& jobs_dir) {
  const std::string below = jobs_dir + "/";
  for (const std::string& name : names_in(open_folder(AT_FDCWD, "/proc"))) {
    const auto pid = static_cast<pid_t>(to_integer(name).value_or(0));
    if (pid <= 1 || pid == ::getpid()) continue;
    if (works_below(pid, below) || has_home_below(pid, below)) ::kill(pid, SIGKILL);
  }
}

}  // namespace

void remove_contents(int dir_fd) {
  for (bool removed_any = true; removed_any;) {
    removed_any = false;
    for (const std::string& name : names_in(open_folder(dir_fd, "."))) {
      if (::unlinkat(dir_fd, name.c_str(), 0) == 0 || ::unlinkat(dir_fd, name.c_str(), AT_REMOVEDIR) == 0) {
        removed_any = true;
        continue;
      }
      if (flatten(dir_fd, name) && ::unlinkat(dir_fd, name.c_str(), AT_REMOVEDIR) == 0) removed_any = true;
    }
  }
}

WorkDir::WorkDir(WorkDirs& dirs, UniqueFd fd, FolderMark mark)
    : dirs_(&dirs), fd_(std::move(fd)), mark_(std::move(mark)), path_(dirs.jobs_dir() + "/" + mark_.name) {}

bool WorkDir::is_as_new() { return is_still_new(dirs_->parent_.get(), fd_.get(), mark_); }

WorkDir& WorkDir::operator=(WorkDir&& other) noexcept {
  const WorkDir before(std::move(*this));  // its end is as any other's
  dirs_ = other.dirs_;
  fd_ = std::move(other.fd_);
  mark_ = std::move(other.mark_);
  path_ = std::move(other.path_);
  return *this;
}

WorkDir::~WorkDir() {
  if (!fd_ || dirs_->keep_as_spare(*this)) return;
  ::fchmod(fd_.get(), 0700);
  const int parent = dirs_->parent_.get();
  if (::unlinkat(parent, mark_.name.c_str(), AT_REMOVEDIR) == 0) return;
  remove_contents(fd_.get());
  ::unlinkat(parent, mark_.name.c_str(), AT_REMOVEDIR);
}

WorkDirs::WorkDirs(std::string jobs_dir)
    : jobs_dir_(std::move(jobs_dir)), parent_(open_folder(AT_FDCWD, jobs_dir_.c_str())) {}

WorkDirs::~WorkDirs() {
  for (const FolderMark& spare : spare_) ::unlinkat(parent_.get(), spare.name.c_str(), AT_REMOVEDIR);
}

Result<WorkDir> WorkDirs::make() {
  if (auto spare = take_spare()) {
    if (auto dir = reopen(std::move(*spare))) return std::move(*dir);
  }
  return make_new();
}

std::optional<FolderMark> WorkDirs::take_spare() {
  const std::lock_guard lock(mutex_);
  if (spare_.empty()) return std::nullopt;
  FolderMark spare = std::move(spare_.back());
  spare_.pop_back();
  return spare;
}

// Looked at once more: a script may have put another folder in its own one's place.
std::optional<WorkDir> WorkDirs::reopen(FolderMark spare) {
  UniqueFd fd = open_folder_in(parent_.get(), spare.name.c_str());
  if (fd && is_still_new(parent_.get(), fd.get(), spare))
    return WorkDir(*this, std::move(fd), std::move(spare));
  if (fd) remove_contents(fd.get());
  ::unlinkat(parent_.get(), spare.name.c_str(), fd ? AT_REMOVEDIR : 0);
  return std::nullopt;
}

// No script can guess the name and take it.
Result<WorkDir> WorkDirs::make_new() {
  FolderMark mark{.name = to_hex(random_bytes(8))};
  if (::mkdirat(parent_.get(), mark.name.c_str(), 0700) != 0)
    return os_error("cannot make a working directory in " + jobs_dir_);
  UniqueFd fd = open_folder_in(parent_.get(), mark.name.c_str());
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0) return os_error("cannot open a working directory");
  mark.device = info.st_dev;
  mark.inode = info.st_ino;
  mark.changed = info.st_ctim;
  return WorkDir(*this, std::move(fd), std::move(mark));
}

bool WorkDirs::keep_as_spare(WorkDir& dir) {
  if (!dir.is_as_new()) return false;
  const std::lock_guard lock(mutex_);
  if (spare_.size() == most_spare) return false;
  spare_.push_back(std::move(dir.mark_));
  return true;
}

Result<int> clear_left_overs(const std::string& jobs_dir) {
  const UniqueFd dir = open_folder(AT_FDCWD, jobs_dir.c_str());
  if (!dir) return os_error("cannot open " + jobs_dir);
  const auto names = names_in(open_folder(dir.get(), "."));
  if (names.empty()) return 0;
  kill_left_overs(jobs_dir);
  remove_contents(dir.get());
  return static_cast<int>(names.size());
}

}  // namespace towermill
