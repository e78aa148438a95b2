#include "runner/languages/python/native/channel.h"

#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "runner/languages/python/native/place.h"

namespace towermill::native {

namespace {

// Here and not on the stack: a page that was never touched costs less than one that has to be copied.
Frames frames(channel_fd);
pid_t owner = 0;
ino_t socket_number = 0;

ino_t number_now() {
  struct stat found {};
  return ::fstat(channel_fd, &found) == 0 ? found.st_ino : 0;
}

iovec piece(std::string_view text) { return {const_cast<char*>(text.data()), text.size()}; }

}  // namespace

void own_channel() {
  owner = ::getpid();
  socket_number = number_now();
}

Frames& incoming() { return frames; }

bool is_ours() { return ::getpid() == owner; }
bool is_open() { return number_now() == socket_number; }

bool send_frame(std::string_view first, std::string_view middle, std::string_view last) {
  const std::size_t bytes = first.size() + middle.size() + last.size();
  if (bytes > UINT32_MAX) return false;
  std::array<char, 4> length{};
  for (std::size_t i = 0; i < length.size(); ++i) length[i] = static_cast<char>(bytes >> (24 - 8 * i));
  std::array<iovec, 4> pieces = {piece({length.data(), length.size()}), piece(first), piece(middle),
                                 piece(last)};
  for (std::size_t next = 0; next < pieces.size();) {
    const ssize_t sent = ::writev(channel_fd, &pieces[next], static_cast<int>(pieces.size() - next));
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    auto rest = static_cast<std::size_t>(sent);
    for (; next < pieces.size() && rest >= pieces[next].iov_len; ++next) rest -= pieces[next].iov_len;
    if (next == pieces.size()) break;
    pieces[next].iov_base = static_cast<char*>(pieces[next].iov_base) + rest;
    pieces[next].iov_len -= rest;
  }
  return true;
}

PyObject* tell_is_ours(PyObject* /*self*/, PyObject* /*none*/) { return PyBool_FromLong(is_ours() ? 1 : 0); }
PyObject* tell_is_open(PyObject* /*self*/, PyObject* /*none*/) { return PyBool_FromLong(is_open() ? 1 : 0); }

}  // namespace towermill::native
