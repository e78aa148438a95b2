#include <fmt/core.h>
#include <grp.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "handler/app/setup.h"
#include "handler/cli/commands.h"
#include "handler/workspace/limits.h"

namespace towermill {

namespace {

/// Prints findings as they come, and counts what would fail.
class Report {
 public:
  void fine(std::string_view what) { fmt::print("ok     {}\n", what); }
  void note(std::string_view what) { fmt::print("note   {}\n", what); }
  void wrong(std::string_view what, std::string_view mend) {
    ++wrong_;
    fmt::print("WRONG  {}\n", what);
    if (!mend.empty()) fmt::print("       {}\n", mend);
  }
  int status() const { return wrong_ == 0 ? EXIT_SUCCESS : EXIT_FAILURE; }
  int count() const { return wrong_; }

 private:
  int wrong_ = 0;
};

void check_user(const Settings& settings, Report& report) {
  if (::geteuid() == 0)
    report.note(
        "running as root: so would every script; process_limit does not bind root. Give the server a user");
  if (settings.token_sha256.empty())
    report.wrong("token_sha256 is empty: nobody may call",
                 "choose a token T and set token_sha256 to what `printf %s T | sha256sum` prints");
}

void check_folders(const Settings& settings, Report& report) {
  const auto folders = make_state_folders(settings.state_dir);
  if (!folders)
    return report.wrong(folders.error().message, "let the server's user own state_dir, or name another one");
  struct statvfs info {};
  if (::statvfs(folders->versions.c_str(), &info) == 0 && (info.f_flag & ST_NOEXEC) != 0)
    return report.wrong(
        "state_dir is on a file system mounted noexec: executables cannot run from " + folders->versions,
        "name a state_dir on another file system");
  report.fine("state_dir " + settings.state_dir);
}

void check_socket(const Settings& settings, Report& report) {
  const auto slash = settings.socket.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : settings.socket.substr(0, slash + 1);
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    report.wrong("socket: cannot make a file in " + folder, "make the folder, owned by the server's user");
  if (!settings.socket_group.empty() && ::getgrnam(settings.socket_group.c_str()) == nullptr)
    report.wrong("socket_group: there is no group " + settings.socket_group,
                 "name the group of the web server's worker (www-data on Debian)");
}

void check_interpreters(const Settings& settings, Report& report) {
  const FoundTools found = find_tools_for(settings, {});
  for (const std::string& tool : {found.tools.python, found.tools.bash})
    if (!tool.empty()) report.fine("interpreter " + tool);
  for (const std::string& missing : found.missing)
    report.wrong(missing, "install it, or name it in the settings; its scripts answer 500 until then");
}

void check_script(const Workspace& workspace, const std::string& path, const Settings& settings,
                  Report& report) {
  const auto lookup = workspace.find(path);
  if (const auto* broken = std::get_if<Unusable>(&lookup)) return report.wrong(broken->details, "");
  const auto* script = std::get_if<std::shared_ptr<const Script>>(&lookup);
  if (script == nullptr) return;
  for (const std::string& excess : effective_limits(settings, **script).too_much) report.note(excess);
}

void check_workspaces(const Settings& settings, Report& report) {
  if (settings.workspaces.empty())
    report.wrong("workspaces is empty: there is nothing to serve",
                 "name a folder, as in workspaces: {demo: /srv/hooks}");
  for (const auto& [name, folder] : settings.workspaces) {
    const auto workspace = Workspace::open(name, folder);
    if (!workspace) {
      report.wrong("workspace " + name + ": " + workspace.error().message,
                   "name a folder that the server may read");
      continue;
    }
    const int before = report.count();
    const auto paths = workspace->list();
    for (const std::string& path : paths) check_script(*workspace, path, settings, report);
    if (report.count() == before)
      report.fine(fmt::format("workspace {}: {} scripts in {}", name, paths.size(), folder));
  }
}

}  // namespace

int check_command(const Settings& settings) {
  Report report;
  check_user(settings, report);
  check_folders(settings, report);
  check_socket(settings, report);
  check_interpreters(settings, report);
  check_workspaces(settings, report);
  return report.status();
}

}  // namespace towermill
