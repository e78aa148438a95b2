#include "handler/cli/check_trust.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <memory>
#include <set>
#include <variant>

#include "handler/app/setup.h"
#include "handler/auth/token_store.h"
#include "handler/workspace/files.h"
#include "handler/workspace/http_trigger.h"
#include "handler/workspace/metadata.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

/// A script's file, what stands beside it, and all folders above.
void add_all(const std::string& path, const std::string& file, std::set<std::string>& all) {
  all.insert({file, path + std::string(metadata_ending), path + std::string(trigger_ending)});
  for (std::string folder = folder_of(path); !folder.empty(); folder = folder_of(folder)) all.insert(folder);
}

}  // namespace

void check_tokens(const Settings& settings, Report& report) {
  TokenStore store(settings.state_dir + "/" + tokens_database);
  const auto made = store.list("", 0, 1);
  if (!made) return report.note("the tokens in state_dir cannot be read: " + made.error().message);
  if (!settings.token_sha256.empty() || !made->empty()) return;
  report.wrong("there is no token: nobody may call, but routes that ask for none",
               "make one, as the server's user: towermill token create");
}

void check_writable(const Workspace& workspace, const std::vector<std::string>& scripts, Report& report) {
  const auto root = open_root(workspace.root());
  if (!root) return;
  std::set<std::string> all = {"."};
  for (const std::string& path : scripts) {
    const auto lookup = workspace.find(path);
    if (const auto* script = std::get_if<std::shared_ptr<const Script>>(&lookup))
      add_all(path, (*script)->file, all);
  }
  for (const std::string& name : all) {
    const auto found = look_at(root->get(), name);
    const std::string called = name == "." ? "its folder" : name;
    if (found && *found && ((*found)->mode & S_IWOTH) != 0)
      report.wrong(
          printable(fmt::format("{}: any user of this system may change {}", workspace.name(), called)),
          printable("chmod o-w " + workspace.root() + (name == "." ? "" : "/" + name)));
  }
}

}  // namespace towermill
