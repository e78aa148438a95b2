#pragma once
// Finding the interpreters, once, at start. A version manager's shim costs every run tens of milliseconds, so
// what is searched is a short list of system folders and not the environment's PATH.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"
#include "runner/languages/language.h"

namespace towermill {

inline constexpr std::string_view default_tool_folders = "/usr/local/bin:/usr/bin:/bin";

struct FoundTools {
  Tools tools;                       // with empty paths for what is missing
  std::vector<std::string> missing;  // a sentence each, for the operator
};

/// `configured` as it is, but for the interpreters' paths: an empty one is searched for in the folders
/// (absolute, separated by colons), one that is no program becomes empty. Told as missing are Python and
/// Bash, which every server should have, and what was configured.
FoundTools find_tools(const Tools& configured, std::string_view folders = default_tool_folders);

/// The absolute path of `name`: the configured one, which then must be right, or the first in the folders
/// (absolute, separated by colons) that is a file one may execute. Symbolic links are not resolved: what an
/// interpreter is called as tells it where its libraries are. Error: a sentence that says where it looked.
Result<std::string> find_program(std::string_view name, std::string_view configured,
                                 std::string_view folders = default_tool_folders);

/// Why a language cannot run: "PHP is not installed on the server" for the caller, "no php was found" for the
/// operator. nullopt where `path` names the program.
std::optional<NotStarted> missing_tool(const std::string& path, std::string_view language,
                                       std::string_view program);

}  // namespace towermill
