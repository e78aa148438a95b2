#include "handler/workspace/version_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "handler/workspace/candidates.h"
#include "runner/base/fd.h"
#include "runner/base/private_files.h"
#include "runner/base/prune.h"

namespace towermill {
namespace {

constexpr mode_t kept_mode = 0400;
constexpr std::size_t kept_limit_bytes = path_limit_bytes + 64 + script_limit_bytes;

Result<void> check_ours(int fd, const std::string& path) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return os_error(path);
  if (!S_ISREG(info.st_mode)) return Error{path + " is no file"};
  if (info.st_uid != ::geteuid()) return Error{path + " belongs to another user"};
  if ((info.st_mode & 07777) != kept_mode) return Error{path + " has another mode than a kept version"};
  return {};
}

/// nullptr: no language of today has this ending.
const Language* language_of(std::string_view file, std::string_view path) {
  for (const LanguageRow& row : language_table()) {
    if (row.extension == file.substr(path.size())) return row.language;
  }
  return nullptr;
}

std::optional<Script> parse_kept(const std::string& kept) {
  const std::size_t line_end = kept.find('\n');
  if (line_end == std::string::npos) return std::nullopt;
  Script script;
  script.file = kept.substr(0, line_end);
  script.path = without_ending(script.file, language_table());
  script.language = language_of(script.file, script.path);
  if (script.language == nullptr || !is_runnable_path(script.path)) return std::nullopt;
  script.source = std::make_shared<const std::string>(kept.substr(line_end + 1));
  script.hash = script_hash(script.path, *script.source);
  return script;
}

}  // namespace

Result<std::optional<Script>> VersionStore::find(const std::string& workspace,
                                                 const std::string& version) const {
  std::optional<Script> none;
  if (folder_.empty()) return none;
  const std::string path = folder_ + "/" + workspace + "/" + version;
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file && errno == ENOENT) return none;
  if (!file) return os_error("cannot open " + path);
  if (auto ours = check_ours(file.get(), path); !ours) return ours.error();
  const auto kept = read_all(file.get(), kept_limit_bytes);
  if (!kept) return Error{path + ": " + kept.error().message};
  auto script = parse_kept(*kept);
  if (!script || script->version() != version) return Error{path + " does not hold what was kept"};
  return script;
}

Result<void> VersionStore::keep(const std::string& workspace, const Script& script) const {
  if (folder_.empty()) return {};
  const std::string folder = folder_ + "/" + workspace;
  const std::string path = folder + "/" + script.version();
  const auto kept = find(workspace, script.version());
  if (kept && *kept && (*kept)->file == script.file && mark_used(path)) return {};
  if (auto made = make_private_folder(folder); !made) return made;
  return replace_file(path, script.file + "\n" + *script.source, kept_mode);
}

std::vector<std::string> version_folders(const std::string& folder) {
  std::vector<std::string> folders;
  for (const std::string& name :
       names_in(UniqueFd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))))
    folders.push_back(folder + "/" + name);
  return folders;
}

}  // namespace towermill
