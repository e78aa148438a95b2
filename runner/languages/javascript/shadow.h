#pragma once
// A folder below cache_dir that stands for a script's workspace, for runtimes that can only load files: what
// is stored there in the script's place finds the packages that the script itself would find.

#include <string>
#include <string_view>

#include "runner/base/result.h"
#include "runner/languages/language.h"

namespace towermill {

struct Shadow {
  std::string store;          // the private folder around it, one for each script, its bytes and the purpose
  std::string root;           // stands for the workspace
  std::string folder;         // stands for the script's own
  bool has_packages = false;  // whether there is a node_modules from which the script may import
};

/// Makes it, with a link to each node_modules between the script and the folder that the workspace lies in.
Result<Shadow> make_shadow(const RunSpec& spec, const Tools& tools, std::string_view purpose);

}  // namespace towermill
