#include "handler/workspace/error_handler.h"

#include <cerrno>
#include <utility>

#include "handler/config/yaml_json.h"
#include "handler/config/yaml_values.h"
#include "handler/workspace/files.h"
#include "handler/workspace/workspace.h"

namespace towermill {

namespace {

/// "script/f/x/y", or the path alone.
YamlProblem read_path(const YamlMember& member, ErrorHandler& into) {
  constexpr std::string_view of_script = "script/";
  std::string path;
  if (auto problem = read_text(member, path)) return problem;
  into.script_path = path.starts_with(of_script) ? path.substr(of_script.size()) : path;
  if (!is_runnable_path(into.script_path)) return must_be(member, "a script, as script/f/ops/failed");
  return std::nullopt;
}

YamlProblem read_extra_args(const YamlMember& member, ErrorHandler& into) {
  if (member.value->kind != YamlKind::map) return must_be(member, "a map");
  auto json = yaml_to_json(*member.value);
  if (!json) return member.key + ": " + json.error().message;
  into.extra_args = std::move(*json);
  return std::nullopt;
}

YamlProblem read_part(const YamlMember& member, ErrorHandler& into) {
  if (member.value->kind == YamlKind::nothing) return std::nullopt;
  if (member.key == "path") return read_path(member, into);
  if (member.key == "extra_args") return read_extra_args(member, into);
  if (member.key == "muted_on_user_path") return read_switch(member, into.muted_on_user_path);
  return std::nullopt;
}

YamlProblem read_handler(const YamlMember& member, ErrorHandler& into) {
  if (member.value->kind != YamlKind::map) return read_path(member, into);
  for (const YamlMember& part : member.value->members)
    if (auto problem = read_part(part, into)) return problem;
  return std::nullopt;
}

}  // namespace

Result<std::optional<ErrorHandler>> parse_error_handler(std::string_view yaml, std::string_view file) {
  const auto document = parse_yaml(yaml, file);
  if (!document) return document.error();
  ErrorHandler handler;
  for (const YamlMember& member : document->root().members) {
    if (member.value->kind == YamlKind::nothing) continue;
    YamlProblem problem;
    if (member.key == "error_handler") problem = read_handler(member, handler);
    // Windmill's older form has its parts side by side.
    if (member.key == "error_handler_extra_args") problem = read_extra_args(member, handler);
    if (problem) return Error{std::string(file) + ":" + std::to_string(member.line) + ": " + *problem};
  }
  if (handler.script_path.empty()) return std::optional<ErrorHandler>();
  return std::optional(std::move(handler));
}

Result<std::optional<ErrorHandler>> find_error_handler(const std::string& root_path) {
  const std::string file(workspace_settings_file);
  const auto root = open_root(root_path);
  if (!root) return root.error();
  const auto text = read_beneath(root->get(), file, yaml_limit_bytes);
  if (text) return parse_error_handler(text->bytes, file);
  if (text.error().os_error == ENOENT) return std::optional<ErrorHandler>();
  return Error{file + " cannot be read"};
}

}  // namespace towermill
