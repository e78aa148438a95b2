#include "runner/launch/work_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <set>
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

UniqueFd open_folder(int at, const char* name) {
  return UniqueFd(::openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// Empty, private, and without attributes, which is what access lists are.
bool is_as_new(int folder) {
  struct stat info {};
  if (::fstat(folder, &info) != 0 || (info.st_mode & 07777) != 0700 || info.st_uid != ::geteuid())
    return false;
  if (info.st_size > largest_new || ::flistxattr(folder, nullptr, 0) > 0) return false;
  UniqueFd names = open_folder(folder, ".");
  return names && names_in(std::move(names)).empty();
}

// Moves a folder's subfolders up to the top instead of walking down: any depth, two descriptors. True if it
// could.
bool flatten(int top, const std::string& name) {
  ::fchmodat(top, name.c_str(), 0700, 0);
  const UniqueFd folder = open_folder(top, name.c_str());
  if (!folder) return false;
  bool moved_all = true;
  for (const std::string& inner : names_in(open_folder(folder.get(), "."))) {
    if (::unlinkat(folder.get(), inner.c_str(), 0) == 0) continue;
    struct stat info {};
    if (::fstatat(folder.get(), inner.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(info.st_mode))
      continue;
    ::fchmodat(folder.get(), inner.c_str(), 0700, 0);
    // A name that the script cannot have taken.
    moved_all = ::renameat(folder.get(), inner.c_str(), top, random_token().c_str()) == 0 && moved_all;
  }
  return moved_all;
}

bool works_below(pid_t pid, const std::string& folder) {
  char target[4096];
  const auto length = ::readlink(fmt::format("/proc/{}/cwd", pid).c_str(), target, sizeof target);
  return length > 0 && std::string_view(target, static_cast<std::size_t>(length)).starts_with(folder + "/");
}

std::string job_of(pid_t pid) {
  auto id = environment_of(pid, "WM_JOB_ID");
  return id ? std::move(*id) : std::string();
}

void kill_left_overs(const std::string& jobs_dir, const std::set<std::string>& job_ids) {
  for (const std::string& name : names_in(open_folder(AT_FDCWD, "/proc"))) {
    const auto pid = static_cast<pid_t>(to_integer(name).value_or(0));
    if (pid <= 1 || pid == ::getpid()) continue;
    if (works_below(pid, jobs_dir) || job_ids.contains(job_of(pid))) ::kill(pid, SIGKILL);
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

WorkDir::WorkDir(WorkDirs& dirs, UniqueFd parent, UniqueFd fd, std::string name, std::string path)
    : dirs_(&dirs),
      parent_(std::move(parent)),
      fd_(std::move(fd)),
      name_(std::move(name)),
      path_(std::move(path)) {}

WorkDir::~WorkDir() {
  if (!fd_) return;
  ::fchmod(fd_.get(), 0700);
  if (dirs_->keep_as_spare(*this)) return;
  if (::unlinkat(parent_.get(), name_.c_str(), AT_REMOVEDIR) == 0) return;
  remove_contents(fd_.get());
  ::unlinkat(parent_.get(), name_.c_str(), AT_REMOVEDIR);
}

WorkDirs::~WorkDirs() {
  const UniqueFd parent = open_folder(AT_FDCWD, jobs_dir_.c_str());
  for (const std::string& name : spare_) ::unlinkat(parent.get(), name.c_str(), AT_REMOVEDIR);
}

Result<WorkDir> WorkDirs::make(std::string_view job_id) {
  UniqueFd parent = open_folder(AT_FDCWD, jobs_dir_.c_str());
  if (!parent) return os_error("cannot open " + jobs_dir_);
  std::string name(job_id);
  UniqueFd fd = renamed_spare(parent.get(), name);
  if (!fd) {
    if (::mkdirat(parent.get(), name.c_str(), 0700) != 0) return os_error("cannot make a working directory");
    fd = open_folder(parent.get(), name.c_str());
  }
  if (!fd) return os_error("cannot open a working directory");
  std::string path = jobs_dir_ + "/" + name;
  return WorkDir(*this, std::move(parent), std::move(fd), std::move(name), std::move(path));
}

// Looked at once more: a script may have put another folder in its own one's place.
UniqueFd WorkDirs::renamed_spare(int parent, const std::string& name) {
  const std::string spare = take_spare();
  if (spare.empty()) return {};
  if (::renameat2(parent, spare.c_str(), parent, name.c_str(), RENAME_NOREPLACE) != 0) {
    ::unlinkat(parent, spare.c_str(), AT_REMOVEDIR);
    return {};
  }
  UniqueFd fd = open_folder(parent, name.c_str());
  if (fd && is_as_new(fd.get())) return fd;
  if (fd) remove_contents(fd.get());
  ::unlinkat(parent, name.c_str(), fd ? AT_REMOVEDIR : 0);
  return {};
}

std::string WorkDirs::take_spare() {
  const std::lock_guard lock(mutex_);
  if (spare_.empty()) return {};
  std::string name = std::move(spare_.back());
  spare_.pop_back();
  return name;
}

bool WorkDirs::keep_as_spare(const WorkDir& dir) {
  if (!is_as_new(dir.fd())) return false;
  const std::lock_guard lock(mutex_);
  if (spare_.size() == most_spare) return false;
  std::string name = "spare" + std::to_string(++kept_);
  if (::renameat(dir.parent_.get(), dir.name_.c_str(), dir.parent_.get(), name.c_str()) != 0) return false;
  spare_.push_back(std::move(name));
  return true;
}

Result<int> clear_left_overs(const std::string& jobs_dir) {
  const UniqueFd dir = open_folder(AT_FDCWD, jobs_dir.c_str());
  if (!dir) return os_error("cannot open " + jobs_dir);
  const auto names = names_in(open_folder(dir.get(), "."));
  if (names.empty()) return 0;
  kill_left_overs(jobs_dir, std::set<std::string>(names.begin(), names.end()));
  remove_contents(dir.get());
  return static_cast<int>(names.size());
}

}  // namespace towermill
