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

Result<Listener> find_listener(const Settings& settings) {
  auto inherited = inherited_listener();
  if (!inherited || inherited->socket) return inherited;
  // The socket's usual folder is run_dir: there from the first start on.
  if (auto folders = make_run_folders(settings.run_dir); !folders) return folders.error();
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
  const int status = keep(*listener, log, [&settings, &log](int socket) {
    const auto served = serve(socket, settings);
    if (served) return EXIT_SUCCESS;
    log.error("cannot serve", {{"why", served.error().message}});
    return exit_wrong_settings;
  });
  if (!listener->path.empty()) ::unlink(listener->path.c_str());
  return status;
}

}  // namespace towermill
