#include "runner/languages/javascript/shadow.h"

#include <unistd.h>

#include "runner/base/crypto.h"
#include "runner/base/text.h"
#include "runner/languages/stored_copy.h"

namespace towermill {
namespace {

/// Links the node_modules beside `original` into `shadow`; true if there is one.
bool link_packages(const std::string& original, const std::string& shadow) {
  const std::string packages = original + "/node_modules", link = shadow + "/node_modules";
  const bool found = access(packages.c_str(), F_OK) == 0;
  const bool linked = access(link.c_str(), F_OK) == 0;
  if (found == linked) return found;
  unlink(link.c_str());
  return found && symlink(packages.c_str(), link.c_str()) == 0;
}

}  // namespace

Result<Shadow> make_shadow(const RunSpec& spec, const Tools& tools, std::string_view purpose) {
  Shadow shadow;
  const std::string key =
      std::string(purpose) + '\0' + spec.workspace_root + '\0' + spec.file + '\0' + spec.source_hash;
  auto store = cache_entry(tools.cache_dir, sha256_hex(key));
  if (!store) return store.error();
  shadow.store = std::move(*store);
  shadow.root = shadow.store + "/w";
  shadow.folder = shadow.root + "/" + folder_of(spec.file);
  if (auto made = make_stored_folder(shadow.folder); !made) return made.error();
  shadow.has_packages = link_packages(folder_of(spec.workspace_root), shadow.store);
  std::string original = spec.workspace_root + "/" + folder_of(spec.file);
  for (std::string folder = shadow.folder; folder.size() >= shadow.root.size(); folder = folder_of(folder)) {
    shadow.has_packages |= link_packages(original, folder);
    original = folder_of(original);
  }
  return shadow;
}

}  // namespace towermill
