#pragma once
// Which files could be a script's.

#include <string>
#include <vector>

#include "handler/workspace/files.h"
#include "runner/languages/language.h"

namespace towermill {

struct Candidate {
  std::string file;  // "f/folder/name.py"
  const Language* language;
  FileStamp stamp;
};

/// The regular files beside each other that could all be `path`; one without an ending counts where it is
/// executable and is a program: "#!" or ELF. Error: it cannot be told, as below a folder that may not be
/// entered.
Result<std::vector<Candidate>> find_candidates(int folder, const std::string& path,
                                               const std::vector<LanguageRow>& languages);

/// The path that a file's name stands for: without the longest of the endings it has. The whole name where it
/// has none.
std::string_view without_ending(std::string_view file, const std::vector<LanguageRow>& languages);

}  // namespace towermill
