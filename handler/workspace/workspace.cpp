#include "handler/workspace/workspace.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "handler/config/yaml.h"
#include "handler/workspace/cache.h"
#include "handler/workspace/candidates.h"
#include "handler/workspace/metadata.h"
#include "handler/workspace/sole_files.h"
#include "runner/base/crypto.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

struct ReadMeta {
  ScriptMeta meta;
  std::optional<FileStamp> stamp;
};

std::string why_unreadable(const std::string& file, const Error& error) {
  if (error.os_error == EFBIG) return file + " is too large";
  return file + " cannot be read";
}

Unusable unusable(const std::string& root, const std::string& reason, const std::string& more = {}) {
  return Unusable{reason, root + ": " + reason + (more.empty() ? "" : " (" + more + ")")};
}

Unusable cannot_open(const std::string& root, const Error& error) {
  return unusable(root, "the workspace cannot be opened", error.message);
}

std::string ambiguous(const std::string& path, const std::vector<Candidate>& candidates) {
  std::string files;
  for (const Candidate& candidate : candidates) files += (files.empty() ? "" : " or ") + candidate.file;
  return path + " could be " + files;
}

/// Where there is a yaml it must be a readable file of this folder: limits that its author wrote are not
/// dropped.
std::variant<ReadMeta, Unusable> read_metadata(int folder, const std::string& root, const std::string& file) {
  const auto text = read_beneath(folder, file, yaml_limit_bytes);
  if (!text && (text.error().os_error == ENOENT || text.error().os_error == ENAMETOOLONG)) return ReadMeta{};
  if (!text) return unusable(root, why_unreadable(file, text.error()), text.error().message);
  auto meta = parse_metadata(text->bytes, file);
  if (!meta) return unusable(root, meta.error().message);
  return ReadMeta{std::move(*meta), text->stamp};
}

std::shared_ptr<const Script> make_script(const std::string& path, const Candidate& candidate,
                                          std::string bytes, ScriptMeta meta) {
  auto script = std::make_shared<Script>();
  script->path = path;
  script->file = candidate.file;
  script->language = candidate.language;
  script->hash = script_hash(path, bytes);
  script->source = std::make_shared<const std::string>(std::move(bytes));
  script->meta = std::move(meta);
  return script;
}

Lookup read_script(int folder, const std::string& root, const std::string& path, const Candidate& candidate,
                   ScriptCache& cache) {
  const std::int64_t now = file_clock_ns();
  auto text = read_beneath(folder, candidate.file, script_limit_bytes);
  if (!text && text.error().os_error == ENOENT) return NotFound{};  // gone since it was looked at
  if (!text) return unusable(root, why_unreadable(candidate.file, text.error()), text.error().message);
  auto meta = read_metadata(folder, root, path + std::string(metadata_ending));
  if (const auto* wrong = std::get_if<Unusable>(&meta)) return *wrong;
  auto& [said, stamp] = std::get<ReadMeta>(meta);
  auto script = make_script(path, candidate, std::move(text->bytes), std::move(said));
  cache.keep(script, {text->stamp, stamp}, now);
  return script;
}

std::shared_ptr<const Script> find_cached(int folder, const std::string& path, const Candidate& candidate,
                                          const ScriptCache& cache) {
  const auto meta = look_at(folder, path + std::string(metadata_ending));
  if (!meta) return nullptr;
  return cache.find(candidate.file, {candidate.stamp, *meta ? std::optional((*meta)->stamp) : std::nullopt});
}

/// The script that was read before, where only its own file could be it and neither that nor its yaml has
/// changed.
std::shared_ptr<const Script> find_unchanged(const OpenFolder& beside, const std::string& path,
                                             const SoleFiles& sole_files, const ScriptCache& cache) {
  const auto file = sole_files.find(path, beside.stamp);
  if (!file) return nullptr;
  const auto source = look_in(beside, file_name_of(*file));
  const auto meta = look_in(beside, file_name_of(path) + std::string(metadata_ending));
  if (!source || !*source || !S_ISREG((*source)->mode) || !meta) return nullptr;
  if (!*meta) return cache.find(*file, {(*source)->stamp, std::nullopt});
  return S_ISREG((*meta)->mode) ? cache.find(*file, {(*source)->stamp, (*meta)->stamp}) : nullptr;
}

Lookup look_up(int folder, const std::string& root, const std::string& path, ScriptCache& cache) {
  const auto candidates = find_candidates(folder, path, language_table());
  if (!candidates) return unusable(root, path + " cannot be read", candidates.error().message);
  if (candidates->empty()) return NotFound{};
  if (candidates->size() > 1) return unusable(root, ambiguous(path, *candidates));
  if (auto script = find_cached(folder, path, candidates->front(), cache)) return script;
  return read_script(folder, root, path, candidates->front(), cache);
}

}  // namespace

std::string script_hash(const std::string& path, std::string_view bytes) {
  std::string hashed = path + '\0';
  hashed += bytes;
  return sha256_hex(hashed);
}

Result<Workspace> Workspace::open(std::string name, const std::string& folder) {
  Workspace workspace;
  std::error_code error;
  workspace.root_ = std::filesystem::absolute(folder, error).string();
  if (error) return os_error(folder, error.value());
  workspace.name_ = std::move(name);
  const auto opened = open_root(workspace.root_);
  if (!opened) return opened.error();
  // Tells of a folder that may not be read, and of a kernel before 5.6, at the start and not at the first
  // request.
  const auto readable = open_beneath(opened->get(), ".", O_RDONLY | O_DIRECTORY);
  if (!readable) return os_error(workspace.root_, readable.error().os_error);
  workspace.cache_ = std::make_shared<ScriptCache>();
  workspace.sole_files_ = std::make_shared<SoleFiles>();
  return workspace;
}

Lookup Workspace::find(std::string_view asked) const {
  if (!is_runnable_path(asked)) return NotFound{};
  const std::string path(asked);
  // Opened anew each time: a deploy may have put another folder, or another link, in its place.
  const auto folder = open_root(root_);
  if (!folder) return cannot_open(root_, folder.error());
  const std::int64_t now = file_clock_ns();
  const auto beside = open_folder(folder->get(), folder_of(path));
  if (beside) {
    if (auto script = find_unchanged(*beside, path, *sole_files_, *cache_)) return script;
  }
  Lookup found = look_up(folder->get(), root_, path, *cache_);
  if (const auto* script = std::get_if<std::shared_ptr<const Script>>(&found); script != nullptr && beside)
    sole_files_->keep(path, (*script)->file, *beside, now, language_table());
  return found;
}

Lookup Workspace::at_present(Script earlier) const {
  if (!is_runnable_path(earlier.path)) return NotFound{};
  const auto folder = open_root(root_);
  if (!folder) return cannot_open(root_, folder.error());
  const auto candidates = find_candidates(folder->get(), earlier.path, language_table());
  if (!candidates) return unusable(root_, earlier.path + " cannot be read", candidates.error().message);
  if (candidates->empty()) return NotFound{};
  auto meta = read_metadata(folder->get(), root_, earlier.path + std::string(metadata_ending));
  if (const auto* wrong = std::get_if<Unusable>(&meta)) return *wrong;
  earlier.meta = std::move(std::get<ReadMeta>(meta).meta);
  return std::make_shared<const Script>(std::move(earlier));
}

}  // namespace towermill
