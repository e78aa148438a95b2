#include "handler/workspace/walk.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "handler/workspace/files.h"

namespace towermill {
namespace {

std::string or_root(const std::string& path) { return path.empty() ? "." : path; }

std::vector<std::string> visible_names_in(int root, const std::string& path) {
  auto folder = open_beneath(root, or_root(path), O_RDONLY | O_DIRECTORY | O_NONBLOCK);
  if (!folder) return {};
  auto names = names_in(std::move(*folder));
  std::erase_if(names, [](const std::string& name) { return name.starts_with('.'); });
  return names;
}

using Identity = std::pair<dev_t, ino_t>;

struct Folder {
  std::string path;
  std::vector<Identity> way;  // the folders above it, itself last: a link back to one of them is no news
};

void enter(int root, const std::string& path, std::vector<Identity> way, std::vector<Folder>& folders) {
  const auto found = look_at(root, or_root(path));
  if (!found || !*found || !S_ISDIR((*found)->mode)) return;
  const Identity self{(*found)->stamp.device, (*found)->stamp.inode};
  if (std::find(way.begin(), way.end(), self) != way.end()) return;
  way.push_back(self);
  folders.push_back({path, std::move(way)});
}

}  // namespace

std::string path_in(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

void walk(int root, const Walk& walk) {
  std::vector<Folder> folders;  // a list and not recursion: a folder may be as deep as a path is long
  for (const std::string& start : walk.starts) enter(root, start, {}, folders);
  while (!folders.empty()) {
    const Folder folder = std::move(folders.back());
    folders.pop_back();
    const auto names = visible_names_in(root, folder.path);
    if (!walk.visit(folder.path, names)) return;
    for (const std::string& name : names) {
      const std::string path = path_in(folder.path, name);
      if (walk.enters(path)) enter(root, path, folder.way, folders);
    }
  }
}

}  // namespace towermill
