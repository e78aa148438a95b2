#include <fmt/core.h>

#include <cstdlib>
#include <string>

#include "handler/app/setup.h"
#include "handler/cli/commands.h"
#include "handler/schema/openapi.h"

namespace towermill {

namespace {

int complain(const std::string& message) {
  fmt::print(stderr, "towermill openapi: {}\n", message);
  return EXIT_FAILURE;
}

/// The workspace of that name; without one the only one that there is.
Result<Workspace> open_named(const Folders& workspaces, const std::string& name) {
  if (name.empty() && workspaces.size() > 1) return Error{"there are several workspaces: name one of them"};
  const auto found = name.empty() ? workspaces.begin() : workspaces.find(name);
  if (found == workspaces.end())
    return Error{name.empty() ? "there is no workspace in the settings" : "there is no workspace " + name};
  return Workspace::open(found->first, found->second);
}

}  // namespace

int openapi_command(const Settings& settings, const OpenApiArguments& arguments) {
  const auto workspace = arguments.folder.empty() ? open_named(settings.workspaces, arguments.workspace)
                                                  : Workspace::open("local", arguments.folder);
  if (!workspace) return complain(workspace.error().message);
  Interfaces interfaces;
  Keyring keyring;
  HttpRoutes routes({&*workspace}, [](const std::string&, const std::string&) {});
  fmt::print("{}\n",
             openapi_document(workspace->name(), settings.base_url,
                              operations_of(*workspace, interfaces, *routes.now(), headers_of(keyring))));
  return EXIT_SUCCESS;
}

}  // namespace towermill
