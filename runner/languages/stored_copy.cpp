#include "runner/languages/stored_copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/fd.h"
#include "runner/base/private_files.h"
#include "runner/base/prune.h"

namespace towermill {
namespace {

constexpr mode_t copy_mode = 0500;

bool is_trusted(const std::string& path, std::size_t size) {
  struct stat found {};
  return lstat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) && found.st_uid == geteuid() &&
         (found.st_mode & 07777) == copy_mode && found.st_size == static_cast<off_t>(size);
}

}  // namespace

// One that was not used for long may go between two steps.
Result<std::string> cache_entry(const std::string& cache_dir, const std::string& name) {
  if (!cache_dir.starts_with('/')) return Error{"cache_dir is no absolute path: " + cache_dir};
  std::string folder = cache_dir + "/" + name;
  for (int tries = 0; tries < 10; ++tries) {
    if (mark_used(folder)) return folder;
    auto made = make_private_folder(folder);
    // Who needs room may clear away all of it.
    if (!made && made.error().os_error == ENOENT) made = make_private_folder(cache_dir);
    if (!made) return made.error();
  }
  return Error{folder + " cannot be marked as used"};
}

Result<std::string> stored_copy(const std::string& cache_dir, const std::string& hash,
                                const std::string& name, std::string_view bytes) {
  const auto folder = cache_entry(cache_dir, hash);
  if (!folder) return folder.error();
  std::string path = *folder + "/" + name;
  if (is_trusted(path, bytes.size())) return path;
  if (auto stored = replace_file(path, bytes, copy_mode); !stored) return stored.error();
  return path;
}

Result<void> make_stored_folder(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    if (auto made = make_private_folder(path.substr(0, slash)); !made) return made;
    if (slash == std::string::npos) return {};
  }
}

NotStarted not_stored(std::string_view what, const Error& error) {
  return {std::string(what) + " cannot be stored", error.message};
}

std::optional<std::string> stored_text(const std::string& path) {
  constexpr std::size_t most_bytes = 64 << 20;
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat found {};
  if (!file || fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode) || found.st_uid != geteuid())
    return std::nullopt;
  auto text = read_all(file.get(), most_bytes);
  return text ? std::optional(std::move(*text)) : std::nullopt;
}

}  // namespace towermill
