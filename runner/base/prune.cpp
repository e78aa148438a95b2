#include "runner/base/prune.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <optional>
#include <system_error>

#include "runner/base/crypto.h"
#include "runner/base/fd.h"

namespace towermill {
namespace {

namespace fs = std::filesystem;

// A use within the last hour may not have been written down, where one before it was.
constexpr std::int64_t spared_s = 3600 + use_mark_s;
constexpr std::int64_t block_bytes = 4096;

struct Entry {
  std::string folder, name;
  std::int64_t used_s;
  std::int64_t bytes;

  bool is_left_over() const { return name.starts_with('.'); }
};

std::int64_t now_s() { return ::time(nullptr); }

UniqueFd open_entry(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

bool lock(int fd, int how) {
  while (::flock(fd, how) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

bool is_still(int fd, const std::string& path) {
  struct stat opened {};
  struct stat there {};
  return ::fstat(fd, &opened) == 0 && ::lstat(path.c_str(), &there) == 0 && opened.st_ino == there.st_ino &&
         opened.st_dev == there.st_dev;
}

std::int64_t in_blocks(std::int64_t bytes) { return (bytes + block_bytes - 1) / block_bytes * block_bytes; }

std::int64_t bytes_below(const std::string& folder) {
  std::int64_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code unknown;
    const bool is_file = at->is_regular_file(unknown) && !at->is_symlink(unknown);
    const auto size = is_file ? at->file_size(unknown) : 0;
    if (!unknown) bytes += in_blocks(static_cast<std::int64_t>(size));
  }
  return bytes;
}

std::optional<Entry> look_at_entry(const std::string& folder, const std::string& name) {
  const std::string path = folder + "/" + name;
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return std::nullopt;
  const std::int64_t bytes =
      S_ISDIR(info.st_mode) ? block_bytes + bytes_below(path) : in_blocks(info.st_size);
  return Entry{folder, name, info.st_mtim.tv_sec, bytes};
}

std::vector<Entry> entries_in(const std::vector<std::string>& folders) {
  std::vector<Entry> entries;
  for (const std::string& folder : folders) {
    for (const std::string& name :
         names_in(UniqueFd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)))) {
      if (auto entry = look_at_entry(folder, name)) entries.push_back(std::move(*entry));
    }
  }
  return entries;
}

/// Under the lock that mark_used() takes too: what it has just promised to keep is not taken. Moved aside in
/// one step, so that nobody sees half an entry.
bool remove(const Entry& entry) {
  const std::string path = entry.folder + "/" + entry.name;
  const std::string aside = entry.folder + "/." + random_token();
  {
    const UniqueFd opened = open_entry(path);
    struct stat info {};
    if (!opened || !lock(opened.get(), LOCK_EX | LOCK_NB)) return false;
    if (::fstat(opened.get(), &info) != 0 || info.st_mtim.tv_sec != entry.used_s) return false;
    if (::rename(path.c_str(), aside.c_str()) != 0) return false;
  }
  std::error_code error;
  fs::remove_all(aside, error);
  return !error;
}

}  // namespace

bool mark_used(const std::string& entry) {
  struct stat info {};
  if (::lstat(entry.c_str(), &info) != 0) return false;
  if (info.st_mtim.tv_sec > now_s() - use_mark_s) return true;
  const UniqueFd opened = open_entry(entry);
  return opened && lock(opened.get(), LOCK_SH) && ::futimens(opened.get(), nullptr) == 0 &&
         is_still(opened.get(), entry);
}

Pruned prune(const std::vector<std::string>& folders, const PruneRules& rules) {
  std::vector<Entry> entries = entries_in(folders);
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.used_s < b.used_s; });
  Pruned pruned;
  for (const Entry& entry : entries) pruned.left_bytes += entry.bytes;
  const std::int64_t now = now_s();
  for (const Entry& entry : entries) {
    if (entry.used_s > now - spared_s) break;
    const bool too_old = rules.keep_s > 0 && entry.used_s < now - rules.keep_s;
    if (!too_old && !entry.is_left_over() && pruned.left_bytes <= rules.limit_bytes) continue;
    if (!rules.go_on()) break;
    if (!remove(entry)) continue;
    ++pruned.entries;
    pruned.bytes += entry.bytes;
    pruned.left_bytes -= entry.bytes;
  }
  return pruned;
}

}  // namespace towermill
