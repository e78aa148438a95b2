#include "handler/front/listener.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr int systemd_first_fd = 3;

Result<UniqueFd> lock_path(const std::string& path, int patience_ms) {
  UniqueFd lock(::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock) return os_error("cannot open " + path + ".lock");
  const auto locked = lock_file(lock.get(), patience_ms);
  if (locked) return lock;
  if (locked.error().os_error == EWOULDBLOCK) return Error{"another towermill serves " + path, EADDRINUSE};
  return Error{path + ".lock: " + locked.error().message, locked.error().os_error};
}

/// A Unix socket's address holds 107 bytes; through its folder's descriptor a path of any length fits.
Result<sockaddr_un> short_address(int folder, const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = fmt::format("/proc/self/fd/{}/{}", folder, name);
  if (path.size() >= sizeof address.sun_path) return Error{"the socket's file name is too long: " + name};
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

Result<void> give_to_group(int folder, const std::string& name, const std::string& group) {
  if (group.empty()) return {};
  const ::group* entry = ::getgrnam(group.c_str());
  if (entry == nullptr) return Error{"socket_group: there is no group " + group};
  if (::fchownat(folder, name.c_str(), static_cast<uid_t>(-1), entry->gr_gid, AT_SYMLINK_NOFOLLOW) != 0)
    return os_error("cannot give the socket to group " + group);
  return {};
}

Result<void> clear_the_way(int folder, const std::string& name) {
  struct stat info {};
  if (::fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return {};
  if (!S_ISSOCK(info.st_mode)) return Error{"what is at the socket's path is no socket; it is left alone"};
  if (::unlinkat(folder, name.c_str(), 0) != 0) return os_error("cannot remove the old socket");
  return {};
}

Result<void> bind_and_listen(int socket, int folder, const std::string& name) {
  const auto address = short_address(folder, name);
  if (!address) return address.error();
  // The mode must be right from the first moment: until chmod, anybody could connect.
  const mode_t before = ::umask(0117);
  const int bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&*address), sizeof(sockaddr_un));
  const Error failure = os_error("cannot bind the socket");
  ::umask(before);
  if (bound != 0) return failure;
  if (::listen(socket, listen_backlog) != 0) return os_error("cannot listen");
  return {};
}

Result<UniqueFd> own_copy(int fd) {
  UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, systemd_first_fd));
  if (!copy) return os_error("cannot copy the inherited socket");
  return copy;
}

int systemd_fd() {
  const char* pid = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  if (pid == nullptr || count == nullptr) return -1;
  if (to_integer(pid) != std::optional<std::int64_t>(::getpid())) return -1;
  return to_integer(count).value_or(0) >= 1 ? systemd_first_fd : -1;
}

}  // namespace

bool is_listening(int fd) {
  int listening = 0;
  socklen_t size = sizeof listening;
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0;
}

Result<Listener> listen_at(const std::string& path, const std::string& group, int patience_ms) {
  const auto slash = path.rfind('/');
  const std::string folder_path = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const std::string name = path.substr(slash == std::string::npos ? 0 : slash + 1);
  const UniqueFd folder(::open(folder_path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return os_error("cannot open the socket's folder " + folder_path);

  auto lock = lock_path(path, patience_ms);
  if (!lock) return lock.error();
  if (auto cleared = clear_the_way(folder.get(), name); !cleared)
    return Error{path + ": " + cleared.error().message};
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return os_error("socket");
  if (auto bound = bind_and_listen(socket.get(), folder.get(), name); !bound)
    return Error{path + ": " + bound.error().message, bound.error().os_error};
  if (auto given = give_to_group(folder.get(), name, group); !given) return given.error();
  return Listener{std::move(socket), std::move(*lock), path};
}

Result<Listener> inherited_listener() {
  int fd = systemd_fd();
  if (fd < 0 && is_listening(0)) fd = 0;
  if (fd < 0) return Listener{};
  if (!is_listening(fd)) return Error{fmt::format("descriptor {} is no listening socket", fd)};
  auto copy = own_copy(fd);
  if (!copy) return copy.error();
  if (fd == systemd_first_fd) ::close(fd);
  return Listener{std::move(*copy), UniqueFd(), ""};
}

}  // namespace towermill
