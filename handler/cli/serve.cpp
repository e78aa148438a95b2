#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "handler/app/keeper.h"
#include "handler/app/server.h"
#include "handler/app/setup.h"
#include "handler/cli/commands.h"

namespace towermill {

namespace {

// How long a start waits for an earlier server on the same socket to end.
constexpr int patience_ms = 5'000;

/// The folder below /run is gone after every boot; where it cannot be made, listen_at says so.
void make_socket_folder(const std::string& socket) {
  ::mkdir(socket.substr(0, socket.rfind('/')).c_str(), 0755);
}

Result<Listener> find_listener(const Settings& settings) {
  auto inherited = inherited_listener();
  if (!inherited || inherited->socket) return inherited;
  make_socket_folder(settings.socket);
  return listen_at(settings.socket, settings.socket_group, patience_ms);
}

}  // namespace

int serve_command(const Settings& settings) {
  const Log log(settings.log_format, settings.log_level);
  forbid_inspection();
  const auto listener = find_listener(settings);
  if (!listener) {
    log.error("cannot listen", {{"why", listener.error().message}});
    return exit_wrong_settings;
  }
  const int status = keep(*listener, log, settings.stop_s, [&](const std::function<void()>& serving) {
    const auto served = serve(*listener, settings, serving);
    if (served) return EXIT_SUCCESS;
    log.error("cannot serve", {{"why", served.error().message}});
    return exit_wrong_settings;
  });
  if (!listener->path.empty()) ::unlink(listener->path.c_str());
  return status;
}

}  // namespace towermill
