#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <set>

#include "handler/workspace/candidates.h"
#include "handler/workspace/workspace.h"

namespace towermill {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

std::vector<std::string> names_in(int root, const std::string& path) {
  std::vector<std::string> names;
  auto fd = open_beneath(root, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
  if (!fd) return names;
  const std::unique_ptr<DIR, CloseFolder> folder(::fdopendir(fd->get()));
  if (!folder) return names;
  fd->release();  // closedir's from here on
  while (const dirent* entry = ::readdir(folder.get())) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  return names;
}

/// Walks with a list of its own, not by recursion: a folder may be as deep as a path is long.
class Walk {
 public:
  explicit Walk(int root) : root_(root) {}

  std::set<std::string> all() {
    enter("f", {});
    enter("u", {});
    while (!folders_.empty()) {
      const Folder folder = std::move(folders_.back());
      folders_.pop_back();
      for (const std::string& name : names_in(root_, folder.path)) take(folder, folder.path + "/" + name);
    }
    return std::move(paths_);
  }

 private:
  using Identity = std::pair<dev_t, ino_t>;
  struct Folder {
    std::string path;
    std::vector<Identity> way;  // the folders above it, itself last: a link back to one of them is no news
  };

  void enter(const std::string& path, std::vector<Identity> way) {
    const auto found = look_at(root_, path);
    if (!found || !*found || !S_ISDIR((*found)->mode)) return;
    const Identity self{(*found)->stamp.device, (*found)->stamp.inode};
    if (std::find(way.begin(), way.end(), self) != way.end()) return;
    way.push_back(self);
    folders_.push_back({path, std::move(way)});
  }

  void take(const Folder& folder, const std::string& file) {
    // As a folder's, the name counts where something below it could be a path.
    if (is_runnable_path(file + "/x/x")) enter(file, folder.way);
    const std::string path(without_ending(file, language_table()));
    if (!is_runnable_path(path) || paths_.contains(path)) return;
    const auto candidates = find_candidates(root_, path, language_table());
    if (!candidates || !candidates->empty()) paths_.insert(path);
  }

  int root_;
  std::vector<Folder> folders_;
  std::set<std::string> paths_;
};

}  // namespace

std::vector<std::string> Workspace::list() const {
  const UniqueFd folder(::open(root_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return {};
  const std::set<std::string> paths = Walk(folder.get()).all();
  return {paths.begin(), paths.end()};
}

}  // namespace towermill
