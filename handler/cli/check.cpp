#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "handler/app/look.h"
#include "handler/app/setup.h"
#include "handler/cli/check_routes.h"
#include "handler/cli/check_schedules.h"
#include "handler/cli/check_trust.h"
#include "handler/cli/commands.h"
#include "handler/cli/report.h"
#include "handler/config/yaml.h"
#include "handler/schema/interface.h"
#include "handler/schema/schema_node.h"
#include "handler/workspace/error_handler.h"
#include "handler/workspace/files.h"
#include "handler/workspace/limits.h"
#include "handler/workspace/metadata.h"
#include "handler/workspace/shebang.h"
#include "handler/workspace/unserved.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

// A folder of anything else, served by mistake, is neither listed whole nor walked through for long.
constexpr std::size_t shown_unserved = 50, most_unserved = 1000;

void check_user(const Settings& settings, Report& report) {
  if (::geteuid() == 0)
    report.note(
        "running as root: so would every script, and process_limit does not bind root. "
        "Give the server a user, and run check as that user");
  check_tokens(settings, report);
}

void check_interpreters(const Settings& settings, Report& report) {
  const FoundTools found = find_tools_for(settings, {});
  const Tools& tools = found.tools;
  for (const std::string& tool : {tools.python, tools.bash, tools.bun, tools.deno, tools.node, tools.php})
    if (!tool.empty()) report.fine("interpreter " + tool);
  for (const std::string& missing : found.missing)
    report.wrong(missing, "install it, or name it in the settings; its scripts answer 500 until then");
}

std::vector<std::string> slips_in_yaml(const Workspace& workspace, const std::string& path) {
  const auto root = open_root(workspace.root());
  if (!root) return {};
  const std::string file = path + std::string(metadata_ending);
  const auto yaml = read_beneath(root->get(), file, yaml_limit_bytes);
  return yaml ? likely_slips(yaml->bytes, file) : std::vector<std::string>();
}

void check_interface(const Script& script, Report& report) {
  const Interface interface = read_interface(script);
  if (interface.preprocessor && wants_check(script, interface))
    report.note(script.file +
                ": args are checked only with skip_preprocessor=true, for its preprocessor makes them");
  if (wants_check(script, interface)) {
    for (const std::string& word : unheeded_in(schema_of_args(script, interface)))
      report.note(script.file + ": its args are checked, but not by " + printable(word) + " in its schema");
  }
  const bool looks_like_one = script.language->parameters(*script.source, preprocessor_name).has_value();
  if (looks_like_one && !script.language->has_preprocessors())
    report.note(fmt::format("{}: its preprocessor is not called, for {} has none", script.file,
                            script.language->name()));
}

/// What its author asks for in vain.
void check_wishes(const Script& script, Report& report) {
  if (script.meta.reuse == Reuse::yes && !script.language->can_reuse())
    report.note(script.file + ": dedicated_worker does nothing here: such scripts start anew for each run");
  if (!script.meta.preload.empty() && !script.language->can_preload())
    report.note(script.file + ": preload does nothing here: only Python loads modules ahead");
}

void check_script(const Workspace& workspace, const std::string& path, const Settings& settings,
                  const Tools& tools, Report& report) {
  const auto lookup = workspace.find(path);
  if (const auto* broken = std::get_if<Unusable>(&lookup)) return report.wrong(broken->details, "");
  const auto* script = std::get_if<std::shared_ptr<const Script>>(&lookup);
  if (script == nullptr) return;
  for (const std::string& excess : effective_limits(settings, **script).too_much) report.note(excess);
  check_wishes(**script, report);
  for (const std::string& slip : slips_in_yaml(workspace, path)) report.note(slip);
  check_interface(**script, report);
  if (const auto missing = (*script)->language->missing(*(*script)->source, tools))
    report.note((*script)->file + ": " + missing->details + "; it answers 500 until then");
  // A file with an ending is started by its language's interpreter, whatever its first line says.
  if ((*script)->file != path) return;
  if (const auto missing = missing_interpreter(*(*script)->source, settings.path))
    report.note((*script)->file + ": " + *missing);
}

void check_unserved(const Workspace& workspace, Report& report) {
  const auto unserved = list_unserved(workspace.root(), most_unserved);
  const std::size_t shown = std::min(unserved.size(), shown_unserved);
  for (std::size_t i = 0; i < shown; ++i)
    report.note(printable(workspace.name() + ": " + unserved[i].file + " is not served: " + unserved[i].why));
  if (unserved.size() > shown)
    report.note(fmt::format("{}: {}{} more are not served", workspace.name(),
                            unserved.size() == most_unserved ? "at least " : "and ",
                            unserved.size() - shown));
}

void check_error_handler(const Workspace& workspace, Report& report) {
  const auto handler = find_error_handler(workspace.root());
  if (!handler) return report.wrong(workspace.name() + ": " + handler.error().message, "");
  if (!*handler) return;
  const std::string& path = (*handler)->script_path;
  if (std::holds_alternative<NotFound>(workspace.find(path)))
    return report.wrong(
        fmt::format("{}: {}: there is no script {}", workspace.name(), workspace_settings_file, path), "");
  report.fine(fmt::format("error handler of {}: {}", workspace.name(), path));
}

void check_workspaces(const Settings& settings, Report& report) {
  const Tools tools = find_tools_for(settings, {}).tools;
  if (settings.workspaces.empty())
    report.wrong("workspaces is empty: there is nothing to serve",
                 "name a folder, as in workspaces: {demo: /srv/hooks}");
  std::vector<Workspace> opened;
  for (const auto& [name, folder] : settings.workspaces) {
    auto workspace = Workspace::open(name, folder);
    if (!workspace) {
      report.wrong("workspace " + name + ": " + workspace.error().message,
                   "name a folder that the server may read");
      continue;
    }
    const int before = report.count();
    const auto paths = workspace->list();
    for (const std::string& path : paths) check_script(*workspace, path, settings, tools, report);
    check_writable(*workspace, paths, report);
    if (report.count() == before)
      report.fine(fmt::format("workspace {}: {} scripts in {}", name, paths.size(), folder));
    check_schedules(*workspace, report);
    check_error_handler(*workspace, report);
    check_unserved(*workspace, report);
    opened.push_back(std::move(*workspace));
  }
  check_routes(opened, settings, report);
}

}  // namespace

int check_command(const Settings& settings) {
  Report report;
  check_user(settings, report);
  report.all(look_at_state_dir(settings.state_dir));
  report.all(look_at_socket(settings.socket, settings.socket_group));
  check_interpreters(settings, report);
  check_workspaces(settings, report);
  return report.status();
}

}  // namespace towermill
