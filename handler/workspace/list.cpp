
#include <set>

#include "handler/workspace/candidates.h"
#include "handler/workspace/files.h"
#include "handler/workspace/walk.h"
#include "handler/workspace/workspace.h"

namespace towermill {
namespace {

void take(int root, const std::string& file, std::set<std::string>& paths) {
  const std::string path(without_ending(file, language_table()));
  if (!is_runnable_path(path) || paths.contains(path)) return;
  const auto candidates = find_candidates(root, path, language_table());
  if (!candidates || !candidates->empty()) paths.insert(path);
}

}  // namespace

std::vector<std::string> Workspace::list() const {
  const auto root = open_root(root_);
  if (!root) return {};
  std::set<std::string> paths;
  walk(root->get(), {.starts = {"f", "u"},
                     // As a folder's, the name counts where something below it could be a path.
                     .enters = [](const std::string& path) { return is_runnable_path(path + "/x/x"); },
                     .visit =
                         [&](const std::string& folder, const std::vector<std::string>& names) {
                           for (const std::string& name : names)
                             take(root->get(), path_in(folder, name), paths);
                           return true;
                         }});
  return {paths.begin(), paths.end()};
}

}  // namespace towermill
