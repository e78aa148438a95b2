#include "runner/base/fd.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

#include "runner/base/clock.h"

namespace towermill {

namespace {

constexpr std::size_t in_memory_bytes = 1 << 20;

Result<UniqueFd> make_unnamed_file(std::size_t bytes, const std::string& spill_dir) {
  const bool small = bytes <= in_memory_bytes || spill_dir.empty();
  UniqueFd file(small ? ::memfd_create("input", MFD_CLOEXEC)
                      : ::open(spill_dir.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file) return os_error("cannot make an input file");
  return file;
}

}  // namespace

void UniqueFd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return os_error("pipe2");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<SocketPair> make_stream_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return os_error("socketpair");
  return SocketPair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<UniqueFd> make_eventfd() {
  UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) return os_error("eventfd");
  return fd;
}

Result<UniqueFd> make_input_file(std::string_view bytes, const std::string& spill_dir) {
  auto file = make_unnamed_file(bytes.size(), spill_dir);
  if (!file) return file;
  if (auto written = write_all(file->get(), bytes); !written) return written.error();
  if (::lseek(file->get(), 0, SEEK_SET) != 0) return os_error("lseek");
  return file;
}

Result<void> set_nonblocking(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) return os_error("fcntl O_NONBLOCK");
  return {};
}

Result<void> lock_file(int fd, int patience_ms) {
  const TimePoint until = Clock::now() + std::chrono::milliseconds(patience_ms);
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK || Clock::now() >= until) return os_error("flock");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return {};
}

std::vector<FolderEntry> entries_in(UniqueFd folder) {
  std::vector<FolderEntry> found;
  DIR* const entries = folder ? ::fdopendir(folder.get()) : nullptr;
  if (entries == nullptr) return found;
  folder.release();  // NOLINT(bugprone-unused-return-value): closedir closes it
  while (const dirent* entry = ::readdir(entries)) {
    const std::string_view name = entry->d_name;
    const bool may_be_folder =
        entry->d_type == DT_DIR || entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN;
    if (name != "." && name != "..") found.push_back({std::string(name), may_be_folder});
  }
  ::closedir(entries);
  return found;
}

std::vector<std::string> names_in(UniqueFd folder) {
  std::vector<std::string> names;
  for (FolderEntry& entry : entries_in(std::move(folder))) names.push_back(std::move(entry.name));
  return names;
}

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return os_error("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::string> read_all(int fd, std::size_t limit_bytes) {
  std::string all;
  char block[64 * 1024];
  for (;;) {
    const ssize_t got = ::read(fd, block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return os_error("read");
    if (got == 0) return all;
    all.append(block, static_cast<std::size_t>(got));
    if (all.size() > limit_bytes) return os_error("read", EFBIG);
  }
}

}  // namespace towermill
