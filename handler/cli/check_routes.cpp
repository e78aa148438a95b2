#include "handler/cli/check_routes.h"

#include <string>
#include <variant>

#include "handler/auth/access.h"
#include "handler/auth/keyring.h"
#include "handler/workspace/http_routes.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

std::string called(const HttpRoute& route) {
  return route.trigger->file + " of workspace " + route.workspace;
}

/// Why it answers 501; "" where it does not.
std::string unsupported(const HttpTrigger& trigger) {
  const std::string why = unsupported_in(trigger);
  return why.empty() ? unsupported_authentication(trigger.authentication.method) : why;
}

/// How the route's callers are known, or why nobody is.
Result<std::string> callers_of(const HttpTrigger& trigger, const Workspace& workspace, Keyring& keyring) {
  const AuthenticationMethod method = trigger.authentication.method;
  if (method == AuthenticationMethod::none) return std::string("none");
  if (!needs_resource(method)) return std::string("windmill");
  const auto credentials = keyring.of(workspace.root(), trigger.authentication);
  if (!*credentials) return credentials->error();
  return describe(**credentials);
}

void check_route(const HttpRoute& route, const Workspace& workspace, const Settings& settings,
                 Report& report) {
  const HttpTrigger& trigger = *route.trigger;
  if (!trigger.fault.empty()) return;  // is told of already
  const std::string url = settings.base_url + "/api/r/" + show(route.path);
  const std::string answers =
      workspace.name() + ": " + trigger.file + " answers to " + trigger.method + " " + url;
  if (!route.gives_way_to.empty())
    return report.wrong(
        printable(answers + " with 500, as " + route.gives_way_to + " may have more right to its paths"), "");
  if (const std::string why = unsupported(trigger); !why.empty())
    return report.note(printable(answers + " with 501: " + why));
  if (std::holds_alternative<NotFound>(workspace.find(trigger.script_path)))
    return report.wrong(printable(answers + " with 404: there is no script " + trigger.script_path), "");
  Keyring keyring;
  const auto callers = callers_of(trigger, workspace, keyring);
  if (!callers) return report.wrong(printable(answers + " with 500: " + callers.error().message), "");
  report.fine(printable("route " + trigger.method + " " + url + " runs " + trigger.script_path +
                        ", authentication " + *callers));
}

void check_files(const Workspace& workspace, Report& report) {
  const auto triggers = TriggerFiles(workspace.root()).now();
  for (const auto& file : *triggers) {
    for (const std::string& slip : slips_in_trigger(file->text, file->file))
      report.note(workspace.name() + ": " + slip);
    if (file->trigger && file->trigger->mode == TriggerMode::disabled)
      report.note(printable(workspace.name() + ": " + file->file + " is disabled: its route answers 404"));
  }
}

}  // namespace

void check_routes(const std::vector<Workspace>& workspaces, const Settings& settings, Report& report) {
  std::vector<const Workspace*> all;
  for (const Workspace& workspace : workspaces) all.push_back(&workspace);
  HttpRoutes routes(all, [&](const std::string& workspace, const std::string& why) {
    report.wrong(
        printable(workspace + ": " + why),
        "until then its route answers 500; where it tells no path, all routes of the workspace do that have "
        "a parameter and need no token");
  });
  const auto table = routes.now();
  for (const Workspace& workspace : workspaces) {
    check_files(workspace, report);
    for (const HttpRoute& route : routes_of(*table, workspace.name()))
      check_route(route, workspace, settings, report);
  }
  for (const auto& [one, other] : table->conflicts())
    report.wrong(printable("two routes answer to one path: " + called(*one) + ", and " + called(*other)),
                 "give one another route_path or http_method; requests that both match answer 500");
}

}  // namespace towermill
