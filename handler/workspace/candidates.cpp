#include "handler/workspace/candidates.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace towermill {
namespace {

bool is_program(int folder, const std::string& file, mode_t mode) {
  if ((mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0) return false;
  const auto fd = open_beneath(folder, file, O_RDONLY | O_NONBLOCK);
  if (!fd) return true;  // nobody but reading it can tell; reading it tells why it cannot be
  char start[4] = {};
  const ssize_t got = ::pread(fd->get(), start, sizeof start, 0);
  const std::string_view begins(start, got < 0 ? 0 : static_cast<std::size_t>(got));
  return begins.starts_with("#!") || begins ==
                                         "\x7f"
                                         "ELF";
}

bool leaves_the_folder(int error) { return error == EXDEV || error == ELOOP; }

}  // namespace

Result<std::vector<Candidate>> find_candidates(int folder, const std::string& path,
                                               const std::vector<LanguageRow>& languages) {
  std::vector<Candidate> candidates;
  for (const auto& [extension, language] : languages) {
    const std::string file = path + std::string(extension);
    const auto found = look_at(folder, file);
    if (!found && leaves_the_folder(found.error().os_error)) continue;
    if (!found) return found.error();
    if (!*found || !S_ISREG((*found)->mode)) continue;
    if (extension.empty() && !is_program(folder, file, (*found)->mode)) continue;
    candidates.push_back({file, language, (*found)->stamp});
  }
  return candidates;
}

std::string_view without_ending(std::string_view file, const std::vector<LanguageRow>& languages) {
  std::size_t longest = 0;
  for (const LanguageRow& row : languages) {
    if (file.ends_with(row.extension)) longest = std::max(longest, row.extension.size());
  }
  return file.substr(0, file.size() - longest);
}

}  // namespace towermill
