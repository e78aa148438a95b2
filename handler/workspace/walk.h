#pragma once
// Folder by folder through a workspace, never out of it.

#include <functional>
#include <string>
#include <vector>

namespace towermill {

struct Walk {
  std::vector<std::string> starts;  // "" is the root itself
  std::function<bool(const std::string& path)>
      enters;  // whether what is below may matter; files are asked too
  /// A folder and the names in it, hidden ones left out. False ends the walk.
  std::function<bool(const std::string& folder, const std::vector<std::string>& names)> visit;
};

/// In no particular order. Links to folders are followed, but not back to one that the way came through.
void walk(int root, const Walk& walk);

/// "folder/name"; the name alone where the folder is the root.
std::string path_in(const std::string& folder, const std::string& name);

}  // namespace towermill
