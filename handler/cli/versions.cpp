#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <variant>

#include "handler/cli/commands.h"
#include "handler/workspace/workspace.h"

namespace towermill {

namespace {

/// What cannot be served has no version; `check` says why.
void print_versions(const Workspace& workspace) {
  for (const std::string& path : workspace.list()) {
    const auto lookup = workspace.find(path);
    if (const auto* script = std::get_if<std::shared_ptr<const Script>>(&lookup))
      fmt::print("{}  {}  {}\n", workspace.name(), (*script)->version(), (*script)->file);
  }
}

}  // namespace

int versions_command(const Settings& settings, const std::string& folder) {
  const Folders named = folder.empty() ? settings.workspaces : Folders{{"local", folder}};
  int status = EXIT_SUCCESS;
  for (const auto& [name, at] : named) {
    const auto workspace = Workspace::open(name, at);
    if (workspace) {
      print_versions(*workspace);
      continue;
    }
    fmt::print(stderr, "towermill versions: workspace {}: {}\n", name, workspace.error().message);
    status = EXIT_FAILURE;
  }
  return status;
}

}  // namespace towermill
