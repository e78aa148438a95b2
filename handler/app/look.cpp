#include "handler/app/look.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "handler/app/setup.h"

namespace towermill {

namespace {

constexpr const char* private_folders[] = {jobs_folder, cache_folder, versions_folder};

std::string name_of(uid_t user) {
  const passwd* entry = ::getpwuid(user);
  return entry != nullptr ? entry->pw_name : std::to_string(user);
}

/// Who the server's folders are for: a check by root is mostly for another user's server.
std::string server_user() { return ::geteuid() == 0 ? "USER" : name_of(::geteuid()); }

std::string make_it(const std::string& folder, const std::string& mode) {
  return "install -d -o " + server_user() + " -m " + mode + " " + folder;
}

std::string without_slashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return without_slashes(path.substr(0, slash + 1));
}

bool may_write_in(const std::string& folder) { return ::access(folder.c_str(), W_OK | X_OK) == 0; }

std::optional<struct stat> status_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  return info;
}

bool forbids_programs(const std::string& folder) {
  struct statvfs info {};
  return ::statvfs(folder.c_str(), &info) == 0 && (info.f_flag & ST_NOEXEC) != 0;
}

Finding noexec(const std::string& folder) {
  return {Finding::wrong,
          "state_dir is on a file system mounted noexec: executables cannot run from " + folder,
          "name a state_dir on another file system"};
}

/// A folder that is not there, and that a start makes by a plain mkdir.
Finding look_at_absent(const std::string& setting, const std::string& folder) {
  if (!may_write_in(parent_of(folder)))
    return {Finding::wrong,
            setting + ": " + folder + " is not there, and cannot be made in " + parent_of(folder),
            make_it(folder, "0755")};
  if (::geteuid() == 0)
    return {Finding::note, setting + ": " + folder +
                               " is not there; root's server makes it at start, for another " +
                               "user's: " + make_it(folder, "0755")};
  return {Finding::fine, setting + " " + folder + " (is made at start)"};
}

/// state_dir once it is there.
class StateDir {
 public:
  StateDir(std::string folder, const struct stat& info) : folder_(std::move(folder)), owner_(info.st_uid) {}

  Findings look() {
    if (!S_ISDIR(status_of(folder_)->st_mode)) {
      wrong(folder_ + " is no folder", "name another state_dir");
      return std::move(findings_);
    }
    if (::geteuid() == 0) guess_server();
    if (owner_ != server_ && owner_ != 0) {
      belongs_to_another(folder_, owner_, "chown ");
    } else if (::access(folder_.c_str(), R_OK | X_OK) != 0) {
      wrong(folder_ + " may not be read", "chmod 0755 " + folder_);
    } else {
      for (const char* name : private_folders) look_below(name);
    }
    const std::string cache = folder_ + "/" + cache_folder;
    const std::string& programs = status_of(cache) ? cache : folder_;
    if (forbids_programs(programs)) findings_.push_back(noexec(programs));
    if (findings_.empty()) findings_.push_back({Finding::fine, "state_dir " + folder_});
    return std::move(findings_);
  }

 private:
  void wrong(const std::string& what, const std::string& mend) {
    findings_.push_back({Finding::wrong, "state_dir: " + what, mend});
  }

  /// Root's own server would have all of it as root's: what is not shows whose the server is.
  void guess_server() {
    std::vector<std::string> folders = {folder_};
    for (const char* name : private_folders) folders.push_back(folder_ + "/" + name);
    for (const std::string& folder : folders) {
      const auto info = status_of(folder);
      if (!info || info->st_uid == 0) continue;
      server_ = info->st_uid;
      const std::string user = name_of(server_);
      findings_.push_back({Finding::note, "state_dir: " + folder + " belongs to user " + user +
                                              ": run check as the server's user (runuser -u " + user +
                                              " -- towermill check …)"});
      return;
    }
  }

  void belongs_to_another(const std::string& folder, uid_t owner, const std::string& chown) {
    const std::string user = name_of(server_);
    wrong(folder + " belongs to user " + name_of(owner) + ", and the server's user is " + user,
          chown + user + " " + folder + ", or run the server as " + name_of(owner));
  }

  void look_below(const char* name) {
    const std::string folder = folder_ + "/" + name;
    if (const auto info = status_of(folder)) {
      if (!S_ISDIR(info->st_mode)) return wrong(folder + " is no folder", "remove it");
      if (info->st_uid != server_) belongs_to_another(folder, info->st_uid, "chown -R ");
    } else if (errno != ENOENT) {
      wrong(folder + ": " + std::strerror(errno), "chmod 0755 " + folder_);
    } else if (server_ == ::geteuid() && !may_write_in(folder_)) {
      wrong(folder + " is not there, and cannot be made in " + folder_, make_it(folder, "0700"));
    }
  }

  std::string folder_;
  uid_t owner_;
  uid_t server_ = ::geteuid();
  Findings findings_;
};

bool is_in_group(gid_t group) {
  if (::getegid() == group) return true;
  const int count = ::getgroups(0, nullptr);
  if (count <= 0) return false;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  const int got = ::getgroups(count, groups.data());
  groups.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

void look_at_group(const std::string& group, const std::optional<struct stat>& folder, Findings& findings) {
  const ::group* entry = ::getgrnam(group.c_str());
  if (entry == nullptr) {
    findings.push_back({Finding::wrong, "socket_group: there is no group " + group,
                        "name the group of the web server's worker (www-data on Debian)"});
    return;
  }
  // What is made in a setgid folder has that group by itself.
  const bool given = folder && (folder->st_mode & S_ISGID) != 0 && folder->st_gid == entry->gr_gid;
  if (::geteuid() == 0 || given || is_in_group(entry->gr_gid)) return;
  const std::string user = name_of(::geteuid());
  findings.push_back(
      {Finding::wrong,
       "socket_group: user " + user + " is not in the group " + group + ", so may not give the socket to it",
       "usermod -aG " + group + " " + user + ", and start anew"});
}

void look_at_socket_file(const std::string& path, Findings& findings) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) == 0 && !S_ISSOCK(info.st_mode))
    findings.push_back({Finding::wrong,
                        "socket: what is at " + path + " is no socket; it would be left alone",
                        "remove it, or name another socket"});
  const std::string lock = path + ".lock";
  if (::access(lock.c_str(), F_OK) == 0 && ::access(lock.c_str(), R_OK | W_OK) != 0)
    findings.push_back({Finding::wrong, "socket: " + lock + " is another user's, and cannot be locked",
                        "remove it, if that user's server has ended"});
}

}  // namespace

Findings look_at_state_dir(const std::string& state_dir) {
  const std::string folder = without_slashes(state_dir);
  if (const auto info = status_of(folder)) return StateDir(folder, *info).look();
  if (errno != ENOENT)
    return {{Finding::wrong, "state_dir: " + folder + ": " + std::strerror(errno), "name another state_dir"}};
  Findings findings = {look_at_absent("state_dir", folder)};
  if (forbids_programs(parent_of(folder))) findings.push_back(noexec(folder));
  return findings;
}

Findings look_at_socket(const std::string& path, const std::string& group) {
  Findings findings;
  const std::string folder = parent_of(path);
  const auto info = status_of(folder);
  if (!info) {
    findings.push_back(look_at_absent("socket", folder));
    if (findings.back().kind == Finding::wrong && folder.starts_with("/run/"))
      findings.back().mend += " (gone at a boot: systemd's RuntimeDirectory= makes it each time)";
  } else if (!S_ISDIR(info->st_mode)) {
    findings.push_back({Finding::wrong, "socket: " + folder + " is no folder", "name another socket"});
  } else if (!may_write_in(folder)) {
    findings.push_back({Finding::wrong, "socket: cannot make a file in " + folder,
                        "chown " + server_user() + " " + folder + ", or name another socket"});
  } else {
    look_at_socket_file(path, findings);
  }
  if (!group.empty()) look_at_group(group, info, findings);
  return findings;
}

}  // namespace towermill
