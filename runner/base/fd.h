#pragma once
// Descriptors with one owner. Everything made here is close-on-exec from birth, so that no process started
// by another thread at the same moment can inherit it.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/base/result.h"

namespace towermill {

/// Owns one descriptor and closes it. Moves, never copies.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

struct Pipe {
  UniqueFd read, write;
};
struct SocketPair {
  UniqueFd ours, theirs;
};

Result<Pipe> make_pipe();               // both ends blocking
Result<SocketPair> make_stream_pair();  // AF_UNIX, SOCK_STREAM
Result<UniqueFd> make_eventfd();        // non-blocking
/// An anonymous file that holds `bytes`, its offset at 0. In memory; above 1 MiB in an unlinked file of
/// `spill_dir`.
Result<UniqueFd> make_input_file(std::string_view bytes, const std::string& spill_dir);

Result<void> set_nonblocking(int fd);
/// Locks the file for this process and those it forks, waiting up to `patience_ms` for another to let go.
/// Error with EWOULDBLOCK: it does not.
Result<void> lock_file(int fd, int patience_ms);
struct FolderEntry {
  std::string name;
  bool may_be_folder;  // false: it is none; true: a folder, or a link, or the file system does not say
};
/// What is in the folder, all but "." and "..", from its first on. Takes the descriptor, which must have been
/// opened for reading. Empty where it cannot be read.
std::vector<FolderEntry> entries_in(UniqueFd folder);
/// Their names alone.
std::vector<std::string> names_in(UniqueFd folder);

/// Writes all of it, over short writes and EINTR.
Result<void> write_all(int fd, std::string_view bytes);
/// Reads to the end of the file; an Error with EFBIG once it is longer than `limit_bytes`.
Result<std::string> read_all(int fd, std::size_t limit_bytes);

}  // namespace towermill
