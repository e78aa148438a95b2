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

FoundTools find_tools(const Tools& configured, std::string_view folders) {
  struct Interpreter {
    std::string_view name;
    std::string Tools::*path;
    bool expected;
  };
  static constexpr Interpreter interpreters[] = {
      {"python3", &Tools::python, true}, {"bash", &Tools::bash, true},  {"bun", &Tools::bun, false},
      {"deno", &Tools::deno, false},     {"node", &Tools::node, false}, {"esbuild", &Tools::esbuild, false},
      {"php", &Tools::php, false},
  };
  FoundTools found{configured, {}};
  for (const auto& [name, path, expected] : interpreters) {
    const std::string& asked = configured.*path;
    auto program = find_program(name, asked, folders);
    found.tools.*path = program ? *program : "";
    if (!program && (expected || !asked.empty())) found.missing.push_back(program.error().message);
  }
  return found;
}

std::optional<NotStarted> missing_tool(const std::string& path, std::string_view language,
                                       std::string_view program) {
  if (!path.empty()) return std::nullopt;
  return NotStarted{std::string(language) + " is not installed on the server",
                    "no " + std::string(program) + " was found"};
}

}  // namespace towermill
