#include "runner/languages/javascript/esbuild_errors.h"

#include <filesystem>

#include "runner/base/text.h"

namespace towermill {
namespace {

// Lines as "✘ [ERROR] Unexpected ")"", "", "    ../lib/l.ts:2:10:"; the column counts from 0.
constexpr std::string_view mark = "[ERROR] ";

std::string workspace_place(const RunSpec& spec, std::string_view place) {
  const std::vector<std::string> parts = split(place, ':');
  if (parts.size() < 3) return spec.file;
  const std::string folder = spec.workspace_root + "/" + folder_of(spec.file);
  const std::string file = (std::filesystem::path(folder) / parts[0]).lexically_normal();
  const std::string root = spec.workspace_root + "/";
  const std::string shown = file.starts_with(root) ? file.substr(root.size()) : file_name_of(file);
  return shown + ":" + parts[1] + ":" + std::to_string(to_integer(parts[2]).value_or(0) + 1);
}

}  // namespace

Failed esbuild_failure(const RunSpec& spec, const Captured& captured) {
  const std::size_t begin = captured.log.find(mark);
  if (begin == std::string_view::npos) return ended_without_result(captured);
  const std::string_view report = captured.log.substr(begin + mark.size());
  const std::vector<std::string> lines = split(report.substr(0, report.find(mark)), '\n');
  std::string place = spec.file;
  if (lines.size() > 2 && lines[2].ends_with(':')) {
    const std::string_view named = trim(lines[2]);
    place = workspace_place(spec, named.substr(0, named.size() - 1));
  }
  return {"SyntaxError", lines[0] + " (" + place + ")", "    at " + place, std::nullopt};
}

}  // namespace towermill
