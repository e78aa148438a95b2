#pragma once
// Files beneath a folder, and never anywhere else: the kernel resolves each path and refuses a step out of
// it.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "runner/base/fd.h"
#include "runner/base/result.h"

namespace towermill {

/// Two equal stamps are the same bytes, unless the file was written within a tick of its clock.
struct FileStamp {
  dev_t device = 0;
  ino_t inode = 0;
  std::int64_t size = 0, mtime_ns = 0, ctime_ns = 0;
  bool operator==(const FileStamp&) const = default;
};

struct FileStatus {
  mode_t mode = 0;
  FileStamp stamp;
};

struct FileText {
  std::string bytes;
  FileStamp stamp;  // as it was before reading
  mode_t mode = 0;
};

/// The time that stamps are compared with.
std::int64_t file_clock_ns();
/// A file, or a folder, that was changed only shortly before it was looked at, at `seen_at_ns`, could change
/// once more within the same tick of its clock, and keep its stamp.
bool is_settled_file(const FileStamp& stamp, std::int64_t seen_at_ns);
bool is_settled_folder(const FileStamp& stamp, std::int64_t seen_at_ns);

/// Opens the folder that all the others here look beneath.
Result<UniqueFd> open_root(const std::string& path);

/// Opens `path` beneath `folder`. Links may lead anywhere inside; one that leaves is an error (EXDEV), as is
/// an absolute one and one of /proc's (ELOOP). No `path` with a NUL in it is ever opened.
Result<UniqueFd> open_beneath(int folder, const std::string& path, int flags);

/// What is there, without opening it: a device or a FIFO does not notice. nullopt: nothing.
Result<std::optional<FileStatus>> look_at(int folder, const std::string& path);

/// What is there, for the price of one system call. Links are followed wherever they lead: this tells of a
/// change, and of nothing else. nullopt: nothing, or it cannot be told.
std::optional<FileStatus> glance_at(int folder, const std::string& path);

/// A folder that was open for a look at what is in it.
struct OpenFolder {
  UniqueFd fd;
  FileStamp stamp;
};
Result<OpenFolder> open_folder(int folder, const std::string& path);

/// What has that name in the folder itself: links are not followed. nullopt: nothing.
Result<std::optional<FileStatus>> look_in(const OpenFolder& folder, const std::string& name);

/// All of a regular file. Errors: EINVAL where it is none, EFBIG beyond the limit, and the system's own.
Result<FileText> read_beneath(int folder, const std::string& path, std::size_t limit_bytes);

}  // namespace towermill
