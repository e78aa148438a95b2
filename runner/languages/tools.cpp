#include "runner/languages/tools.h"

#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/text.h"

namespace towermill {
namespace {

bool is_program(const std::string& path) {
  struct stat found {};
  return path.starts_with('/') && stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) &&
         access(path.c_str(), X_OK) == 0;
}

}  // namespace

Result<std::string> find_program(std::string_view name, std::string_view configured,
                                 std::string_view folders) {
  if (!configured.empty()) {
    std::string path(configured);
    if (is_program(path)) return path;
    return Error{std::string(name) + ": " + path + ", as configured, is no absolute path of a program"};
  }
  for (const std::string& folder : split(folders, ':')) {
    std::string path = folder + "/" + std::string(name);
    if (is_program(path)) return path;
  }
  return Error{std::string(name) + ": not found in " + std::string(folders)};
}

FoundTools find_tools(const ToolSettings& settings) {
  FoundTools found;
  found.tools.versions_dir = settings.versions_dir;
  const auto find = [&](std::string_view name, const std::string& configured, std::string& path) {
    auto program = find_program(name, configured, settings.folders);
    if (program) {
      path = std::move(*program);
    } else {
      found.missing.push_back(program.error().message);
    }
  };
  find("python3", settings.python, found.tools.python);
  find("bash", settings.bash, found.tools.bash);
  return found;
}

}  // namespace towermill
