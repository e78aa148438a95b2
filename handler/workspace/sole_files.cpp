#include "handler/workspace/sole_files.h"

#include <sys/stat.h>

#include <algorithm>

#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr std::size_t most_files = 65'536;

bool is_sole(const std::string& path, const std::string& file, const OpenFolder& folder,
             const std::vector<LanguageRow>& languages) {
  return std::all_of(languages.begin(), languages.end(), [&](const LanguageRow& row) {
    const std::string candidate = path + std::string(row.extension);
    const auto found = look_in(folder, file_name_of(candidate));
    if (!found) return false;
    if (candidate == file) return *found && S_ISREG((*found)->mode);
    return !*found || S_ISDIR((*found)->mode);
  });
}

}  // namespace

std::optional<std::string> SoleFiles::find(const std::string& path, const FileStamp& folder) const {
  const std::lock_guard lock(mutex_);
  const auto found = files_.find(path);
  if (found == files_.end() || !(found->second.folder == folder)) return std::nullopt;
  return found->second.file;
}

void SoleFiles::keep(const std::string& path, const std::string& file, const OpenFolder& folder,
                     std::int64_t seen_at_ns, const std::vector<LanguageRow>& languages) {
  if (!is_settled_folder(folder.stamp, seen_at_ns) || !is_sole(path, file, folder, languages)) return;
  const std::lock_guard lock(mutex_);
  // Full is rare, and everything in it can be seen anew.
  if (files_.size() >= most_files) files_.clear();
  files_[path] = {folder.stamp, file};
}

}  // namespace towermill
