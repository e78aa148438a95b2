#pragma once
// The listening socket: made here, or inherited from systemd or a web server.

#include <string>

#include "runner/base/fd.h"
#include "runner/base/result.h"

namespace towermill {

inline constexpr int listen_backlog = 4096;

/// A bound and listening socket, and the lock that keeps a second server off its path.
struct Listener {
  UniqueFd socket;
  UniqueFd lock;     // held as long as any process has it open; empty where the socket was inherited
  std::string path;  // empty where it was inherited
};

/// Binds a Unix socket of mode 0660 at `path`, of any length, owned by `group` where one is named. A socket
/// left by a dead server is replaced; where a server lives, waits up to `patience_ms` for its end. Error: it
/// lives on, or the path cannot be used.
Result<Listener> listen_at(const std::string& path, const std::string& group, int patience_ms);

bool is_listening(int fd);

/// Descriptor 0, where a web server or spawn-fcgi has put a listening socket there, or systemd's first
/// (LISTEN_FDS). An empty Listener where there is neither.
Result<Listener> inherited_listener();

}  // namespace towermill
