#include "handler/observe/line_writer.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <ctime>
#include <string>

namespace towermill {
namespace {

constexpr int patience_ms = 200;

/// Takes back the SIGPIPE that a write of this thread has raised.
class NoSigpipe {
 public:
  NoSigpipe() {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    ::sigpending(&pending);
    was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoSigpipe() {
    static constexpr timespec at_once{};
    if (!was_pending_) ::sigtimedwait(&pipe_, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  sigset_t pipe_, before_;
  bool was_pending_;
};

}  // namespace

LineWriter::LineWriter(int fd) : fd_(fd), kind_(kind_of(fd)) {}

LineWriter::Kind LineWriter::kind_of(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return Kind::other;
  if (S_ISREG(info.st_mode)) return Kind::file;
  return S_ISSOCK(info.st_mode) ? Kind::socket : Kind::other;
}

void LineWriter::write(std::string_view line) {
  std::string told;
  if (torn_) told += "\n";
  if (lost_ > 0) told += "(" + std::to_string(lost_) + " lines of the log were lost here)\n";
  if (told.empty() ? write_now(line) : write_now(told + std::string(line))) {
    lost_ = 0;
  } else {
    ++lost_;
  }
}

bool LineWriter::write_now(std::string_view line) {
  std::string_view rest = line;
  while (!rest.empty()) {
    // Who has not read for that long gets no second wait before he reads again.
    const std::int64_t written = write_some(rest, stuck_ ? 0 : patience_ms);
    stuck_ = written < 0;
    if (stuck_) break;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (rest.size() < line.size()) torn_ = !rest.empty();
  return rest.empty();
}

/// How much of it went within that time; -1: nothing. Others may have the same descriptor, so it cannot be
/// made non-blocking: a pipe that poll calls writable takes PIPE_BUF bytes at once.
std::int64_t LineWriter::write_some(std::string_view bytes, int wait_ms) const {
  if (kind_ == Kind::file) return ::write(fd_, bytes.data(), bytes.size());
  if (kind_ == Kind::socket) {
    const auto send = [&] { return ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL); };
    const ssize_t sent = send();
    const bool full = sent < 0 && (errno == EAGAIN || errno == EINTR);
    return full && wait_for_room(wait_ms) ? send() : sent;
  }
  const NoSigpipe guard;
  if (!wait_for_room(wait_ms)) return -1;
  return ::write(fd_, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
}

bool LineWriter::wait_for_room(int wait_ms) const {
  pollfd room{fd_, POLLOUT, 0};
  int ready = 0;
  do {
    ready = ::poll(&room, 1, wait_ms);
  } while (ready < 0 && errno == EINTR);
  return ready > 0 && (room.revents & POLLOUT) != 0;
}

}  // namespace towermill
