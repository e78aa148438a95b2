#include "handler/workspace/shebang.h"

#include "runner/base/text.h"
#include "runner/languages/tools.h"

namespace towermill {
namespace {

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words(1);
  for (const char c : line) {
    if (c != ' ' && c != '\t') {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

/// What env would start, or "" where its options leave that open.
std::string started_by_env(const std::vector<std::string>& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "-S" || words[i] == "-i" || words[i].find('=') != std::string::npos) continue;
    return words[i].starts_with('-') ? "" : words[i];
  }
  return "";
}

}  // namespace

std::optional<std::string> missing_interpreter(std::string_view program, const std::string& folders) {
  if (!program.starts_with("#!")) return std::nullopt;
  const std::string_view line = program.substr(2, program.find('\n') - 2);
  if (line.ends_with('\r')) return "its first line ends with CR LF, and the kernel takes the CR for a name's";
  const auto words = words_of(line);
  if (words.empty()) return "its first line names no interpreter";
  if (!find_program("", words[0])) return "its interpreter " + printable(words[0]) + " is not there";
  if (!words[0].ends_with("/env")) return std::nullopt;
  const std::string started = started_by_env(words);
  if (started.empty()) return std::nullopt;
  const bool is_path = started.find('/') != std::string::npos;
  if (find_program(started, is_path ? started : "", folders)) return std::nullopt;
  return "its interpreter " + printable(started) + " is not there" + (is_path ? "" : ", nor in " + folders);
}

}  // namespace towermill
