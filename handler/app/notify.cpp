#include "handler/app/notify.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "runner/base/fd.h"

namespace towermill {

namespace {
constexpr timeval patience{5, 0};
}

std::string manager_address() {
  const char* address = std::getenv("NOTIFY_SOCKET");
  return address == nullptr ? "" : address;
}

Result<void> notify(const std::string& address, std::string_view state) {
  if (address.empty()) return {};
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  if ((address[0] != '/' && address[0] != '@') || address.size() >= sizeof to.sun_path)
    return Error{"NOTIFY_SOCKET is no path of a socket: " + address};
  std::memcpy(to.sun_path, address.data(), address.size());
  if (address[0] == '@') to.sun_path[0] = '\0';  // abstract: no file, and the name ends where its length says
  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return os_error("socket");
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
  if (::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&to),
               length) < 0)
    return os_error("cannot send to " + address);
  return {};
}

}  // namespace towermill
