#include "handler/workspace/unserved.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "handler/workspace/candidates.h"
#include "handler/workspace/http_trigger.h"
#include "handler/workspace/metadata.h"
#include "handler/workspace/schedule.h"
#include "handler/workspace/walk.h"
#include "handler/workspace/workspace.h"

namespace towermill {
namespace {

using Names = std::vector<std::string>;

constexpr std::string_view files_of_windmill[] = {".lock",          "folder.meta.yaml", ".resource.yaml",
                                                  ".variable.yaml", "_trigger.yaml",    ".resource-type.yaml",
                                                  ".user.yaml",     ".group.yaml",      "wmill.yaml",
                                                  "settings.yaml",  "wmill-lock.yaml"};

bool is_meant_for_others(std::string_view name) {
  return name.starts_with("README") || std::any_of(std::begin(files_of_windmill), std::end(files_of_windmill),
                                                   [&](auto end) { return name.ends_with(end); });
}

bool may_hold_scripts(const std::string& folder) {
  const std::string_view name = std::string_view(folder).substr(folder.rfind('/') + 1);
  return name != "__pycache__" && path_fault(folder + "/x") != PathFault::bundle;
}

bool is_file(int root, const std::string& path) {
  const auto found = look_at(root, path);
  return found && *found && S_ISREG((*found)->mode);
}

/// Of a yaml: whether a file beside it could be the script meant, be it served or told of itself.
bool has_script(int root, const std::string& folder, const std::string& yaml, const Names& names) {
  const std::string stem = yaml.substr(0, yaml.size() - metadata_ending.size());
  if (is_file(root, path_in(folder, stem))) return true;
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name.starts_with(stem + ".") && !name.ends_with(metadata_ending) && !is_meant_for_others(name);
  });
}

std::string unknown_ending(std::string_view file) {
  std::string known;
  for (const LanguageRow& row : language_table()) {
    if (!row.extension.empty()) known += (known.empty() ? "" : ", ") + std::string(row.extension);
  }
  return "no language has the ending " + std::string(file.substr(file.rfind('.'))) + " (there are " + known +
         ", and none for an executable)";
}

std::string why_no_program(int root, const std::string& file, mode_t mode) {
  const auto candidates = find_candidates(root, file, language_table());
  if (!candidates) return "";  // find() tells of it
  for (const Candidate& candidate : *candidates) {
    if (candidate.file == file) return "";
  }
  if ((mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
    return "it has no ending and is not executable (a program: chmod +x)";
  return "it is executable, but neither begins with #! nor is an ELF binary";
}

/// What keeps a path from being one, but for dots: which of these are too many, its kind of file knows.
std::string why_no_path(PathFault fault) {
  switch (fault) {
    case PathFault::too_long:
      return "its path is longer than " + std::to_string(path_limit_bytes) + " bytes";
    case PathFault::outside:
      return "it is outside f/<folder>/ and u/<user>/";
    case PathFault::characters:
      return "its path has other characters than letters, digits and _.@+-";
    default:
      return "";
  }
}

std::string why_no_script(int root, const std::string& file, mode_t mode) {
  const std::string_view path = without_ending(file, language_table());
  const bool has_ending = path.size() < file.size();
  const PathFault fault = path_fault(path);
  if (fault == PathFault::none) return has_ending ? "" : why_no_program(root, file, mode);
  if (fault != PathFault::dot) return why_no_path(fault);
  return has_ending ? "its name has a dot besides that of its ending" : unknown_ending(file);
}

/// Where the path is right the file is read, and check tells of it.
std::string why_not_read(std::string_view file, std::string_view ending) {
  const PathFault fault = path_fault(file.substr(0, file.size() - ending.size()));
  return fault == PathFault::dot ? "its name has a dot besides those of its ending" : why_no_path(fault);
}

std::string why_not_there(const Error& error) {
  if (error.os_error == EXDEV || error.os_error == ELOOP)
    return "it is a link out of the workspace, or one without an end";
  return "it cannot be looked at (" + error.message + ")";
}

/// Why the server passes over that file; "" where it does not, or where that is no surprise.
std::string why_unserved(int root, const std::string& folder, const std::string& name, const Names& names) {
  const std::string path = path_in(folder, name);
  for (const std::string_view ending : {trigger_ending, schedule_ending})
    if (name.ends_with(ending)) return why_not_read(path, ending);
  if (is_meant_for_others(name)) return "";
  const auto found = look_at(root, path);
  if (!found) return why_not_there(found.error());
  if (!*found) return "it is a link to nothing";
  const mode_t mode = (*found)->mode;
  if (S_ISDIR(mode)) {
    const auto readable = open_beneath(root, path, O_RDONLY | O_DIRECTORY);
    return readable || !may_hold_scripts(path) ? "" : "it is a folder that cannot be read";
  }
  if (!S_ISREG(mode)) return "it is no regular file";
  if (name.ends_with(metadata_ending))
    return has_script(root, folder, name, names) ? "" : "there is no script beside it";
  return why_no_script(root, path, mode);
}

}  // namespace

std::vector<Unserved> list_unserved(const std::string& root_path, std::size_t most) {
  std::vector<Unserved> list;
  const auto root = open_root(root_path);
  if (!root) return list;
  const auto visit = [&](const std::string& folder, const Names& names) {
    for (const std::string& name : names) {
      if (list.size() >= most) return false;
      std::string why = why_unserved(root->get(), folder, name, names);
      if (!why.empty()) list.push_back({path_in(folder, name), std::move(why)});
    }
    return true;
  };
  const auto by_file = [](const Unserved& a, const Unserved& b) { return a.file < b.file; };
  walk(root->get(), {{"f", "u"}, may_hold_scripts, visit});
  std::sort(list.begin(), list.end(), by_file);
  const auto others = static_cast<std::ptrdiff_t>(list.size());
  const auto is_other = [](const std::string& path) {
    return path != "f" && path != "u" && may_hold_scripts(path);
  };
  walk(root->get(), {{""}, is_other, visit});
  std::sort(list.begin() + others, list.end(), by_file);
  return list;
}

}  // namespace towermill
