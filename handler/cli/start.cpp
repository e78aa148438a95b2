#include "handler/cli/start.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdlib>

#include "handler/app/inherited.h"
#include "handler/app/keeper.h"
#include "handler/app/once.h"
#include "handler/app/state_dir.h"
#include "handler/cli/command_line.h"
#include "handler/cli/commands.h"
#include "handler/config/places.h"
#include "handler/front/cgi.h"
#include "handler/front/listener.h"

namespace towermill {

namespace {

/// A web server's start has no flags. What nobody has set suits who has no folder of the system's and whose
/// log is the web server's.
Result<Settings> settings_for_web_server() {
  SettingsSources sources = sources_of_this_process();
  sources.defaults.state_dir = "";
  sources.defaults.log_level = LogLevel::warning;
  return load_settings(sources);
}

int start_cgi(const CgiVariables& variables) {
  auto settings = settings_for_web_server();
  if (!settings) return refuse_once(variables, settings.error().message);
  return serve_once(variables, std::move(*settings));
}

int start_fastcgi() {
  auto settings = settings_for_web_server();
  auto state_dir = settings ? find_state_dir(settings->state_dir) : Result<std::string>(settings.error());
  if (!state_dir) {
    fmt::print(stderr, "{}\n", state_dir.error().message);
    return exit_wrong_settings;
  }
  settings->state_dir = std::move(*state_dir);
  return serve_command(*settings);
}

}  // namespace

// A CGI query without "=" becomes arguments (RFC 3875 section 4.4): a caller's, so nothing may listen to them
// (CVE-2012-1823).
int start(int argc, char** argv) {
  if (const auto complete = complete_inheritance(); !complete) {
    fmt::print(stderr, "{}\n", complete.error().message);
    return EXIT_FAILURE;
  }
  if (argc <= 1 && is_listening(STDIN_FILENO)) return start_fastcgi();
  const CgiVariables variables = to_variables(environ);
  if (is_cgi(variables)) return start_cgi(variables);
  return command_line(argc, argv);
}

}  // namespace towermill
