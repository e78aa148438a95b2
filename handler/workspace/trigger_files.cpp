#include "handler/workspace/trigger_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <unordered_map>
#include <utility>

#include "handler/config/yaml.h"
#include "handler/workspace/files.h"
#include "handler/workspace/walk.h"
#include "handler/workspace/workspace.h"

namespace towermill {

namespace {

/// nullopt: nothing is there, as where a link leads nowhere yet.
using Stamp = std::optional<FileStamp>;

struct Folder {
  Stamp stamp;
  bool settled = false;
  std::vector<std::string> folders, files;         // in it, with its path
  std::shared_ptr<const TriggerFile> unread = {};  // stands for whatever is in a folder that cannot be read
};

struct File {
  Stamp stamp;
  bool settled = false;
  std::shared_ptr<const TriggerFile> read;  // nullptr: nothing is there
};

std::string or_root(const std::string& path) { return path.empty() ? "." : path; }

/// As a folder's, the name counts where something below it could be a path.
bool may_hold_triggers(const std::string& path) { return is_runnable_path(path + "/x/x"); }

bool is_trigger(const std::string& path) {
  return path.ends_with(trigger_ending) &&
         is_runnable_path(path.substr(0, path.size() - trigger_ending.size()));
}

Stamp stamp_of(int root, const std::string& path) {
  const auto status = glance_at(root, path);
  return status ? Stamp(status->stamp) : Stamp();
}

/// Where the workspace ends, nothing is missing.
bool leads_out(const Error& error) { return error.os_error == EXDEV || error.os_error == ELOOP; }

Folder list(int root, const std::string& path, const FileStamp& stamp, std::int64_t seen_at_ns) {
  Folder folder{stamp, is_settled_folder(stamp, seen_at_ns), {}, {}};
  auto fd = open_beneath(root, or_root(path), O_RDONLY | O_DIRECTORY | O_NONBLOCK);
  if (!fd && leads_out(fd.error())) return folder;
  if (!fd) {
    folder.settled = false;  // what denies it now, as too many open files, may leave no trace when it ends
    folder.unread = std::make_shared<const TriggerFile>(
        TriggerFile{path, "", Error{path + " is a folder that cannot be read"}});
    return folder;
  }
  for (const auto& [name, may_be_folder] : entries_in(std::move(*fd))) {
    const std::string below = path_in(path, name);
    if (is_trigger(below)) {
      folder.files.push_back(below);
    } else if (may_be_folder && may_hold_triggers(below)) {
      folder.folders.push_back(below);
    }
  }
  return folder;
}

bool say_the_same(const TriggerFile& a, const TriggerFile& b) {
  if (a.text != b.text || a.trigger.ok() != b.trigger.ok()) return false;
  return a.trigger.ok() || a.trigger.error().message == b.trigger.error().message;
}

TriggerFile read(int root, const std::string& file) {
  auto text = read_beneath(root, file, yaml_limit_bytes);
  if (!text) return {file, "", Error{file + " cannot be read"}};
  auto trigger = parse_http_trigger(text->bytes, file);
  return {file, std::move(text->bytes), std::move(trigger)};
}

}  // namespace

struct TriggersSeen {
  std::unordered_map<std::string, Folder> folders;  // by path, "" being the root
  std::unordered_map<std::string, File> files;
  std::shared_ptr<const Triggers> triggers = std::make_shared<const Triggers>();

  bool is_so_still(int root) const {
    const auto is_same = [root](const auto& entry) {
      return entry.second.settled && stamp_of(root, or_root(entry.first)) == entry.second.stamp;
    };
    return std::all_of(folders.begin(), folders.end(), is_same) &&
           std::all_of(files.begin(), files.end(), is_same);
  }
};

namespace {

/// The entry of an earlier look where it needs no second one.
template <class Entries>
const typename Entries::mapped_type* still_so(const Entries& before, const std::string& path,
                                              const Stamp& stamp) {
  const auto old = before.find(path);
  return old != before.end() && old->second.settled && old->second.stamp == stamp ? &old->second : nullptr;
}

/// One look at everything, with what the one before has found where that is still so.
class Look {
 public:
  Look(int root, const TriggersSeen& before, TriggerFiles::FileClock clock)
      : root_(root), before_(before), clock_(clock) {}

  std::shared_ptr<const TriggersSeen> at_all() {
    std::vector<Way> ways = {
        {"", {}}};  // a list and not recursion: a folder may be as deep as a path is long
    while (!ways.empty()) {
      Way way = std::move(ways.back());
      ways.pop_back();
      enter(std::move(way), ways);
    }
    std::sort(triggers_.begin(), triggers_.end(),
              [](const auto& a, const auto& b) { return a->file < b->file; });
    now_->triggers = *before_.triggers == triggers_ ? before_.triggers
                                                    : std::make_shared<const Triggers>(std::move(triggers_));
    return std::move(now_);
  }

 private:
  using Identity = std::pair<dev_t, ino_t>;
  struct Way {
    std::string path;
    std::vector<Identity> above;  // a link back to one of these is no news
  };

  void enter(Way way, std::vector<Way>& ways) {
    const std::int64_t now_ns = clock_();
    const auto status = glance_at(root_, or_root(way.path));
    if (!status) now_->folders[way.path] = {std::nullopt, true, {}, {}};
    if (!status || !S_ISDIR(status->mode)) return;
    const FileStamp& stamp = status->stamp;
    const Identity self{stamp.device, stamp.inode};
    if (std::find(way.above.begin(), way.above.end(), self) != way.above.end()) return;
    way.above.push_back(self);
    const Folder* old = still_so(before_.folders, way.path, stamp);
    Folder& folder = now_->folders[way.path] = old != nullptr ? *old : list(root_, way.path, stamp, now_ns);
    if (folder.unread) triggers_.push_back(told_before(folder.unread));
    for (const std::string& file : folder.files) take(file);
    for (const std::string& below : folder.folders) ways.push_back({below, way.above});
  }

  /// The same object as in the look before, if it was so then.
  std::shared_ptr<const TriggerFile> told_before(std::shared_ptr<const TriggerFile>& unread) const {
    const auto old = before_.folders.find(unread->file);
    if (old != before_.folders.end() && old->second.unread) unread = old->second.unread;
    return unread;
  }

  void take(const std::string& file) {
    const std::int64_t now_ns = clock_();
    const Stamp stamp = stamp_of(root_, file);
    const File* old = still_so(before_.files, file, stamp);
    File& found = now_->files[file];
    if (old != nullptr)
      found = *old;
    else if (stamp)
      found = {stamp, is_settled_file(*stamp, now_ns), read_anew(file)};
    else
      found = {std::nullopt, true, nullptr};
    if (found.read) triggers_.push_back(found.read);
  }

  std::shared_ptr<const TriggerFile> read_anew(const std::string& file) const {
    TriggerFile fresh = read(root_, file);
    const auto old = before_.files.find(file);
    const auto read = old == before_.files.end() ? nullptr : old->second.read;
    if (read && say_the_same(*read, fresh)) return read;
    return std::make_shared<const TriggerFile>(std::move(fresh));
  }

  const int root_;
  const TriggersSeen& before_;
  const TriggerFiles::FileClock clock_;
  std::shared_ptr<TriggersSeen> now_ = std::make_shared<TriggersSeen>();
  Triggers triggers_;
};

}  // namespace

std::shared_ptr<const Triggers> TriggerFiles::now() {
  static const std::shared_ptr<const TriggersSeen> nothing = std::make_shared<const TriggersSeen>();
  const auto root = open_root(root_);
  if (!root) return nothing->triggers;
  std::shared_ptr<const TriggersSeen> seen;
  {
    const std::lock_guard lock(mutex_);
    seen = seen_;
  }
  if (seen && seen->is_so_still(root->get())) return seen->triggers;
  seen = Look(root->get(), seen ? *seen : *nothing, clock_).at_all();
  const std::lock_guard lock(mutex_);
  // Another thread's may be newer: then the next look sees that this one is not so any more.
  seen_ = seen;
  return seen->triggers;
}

}  // namespace towermill
