#include "handler/config/given.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "handler/config/nearest.h"
#include "handler/config/yaml.h"
#include "runner/base/fd.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr std::string_view file_variable = "TOWERMILL_CONFIG=";

Texts items_of(const SettingRow& row, std::string_view text) {
  if (!row.has_several()) return {std::string(text)};
  if (trim(text).empty()) return {};
  Texts items;
  for (const std::string& item : split(text, ',')) items.emplace_back(trim(item));
  return items;
}

bool is_there(const std::string& file) {
  return access(file.c_str(), F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

/// "" where none is named and no standard one is there.
std::string choose_file(const SettingsSources& sources) {
  if (!sources.config_file.empty()) return sources.config_file;
  for (const std::string& variable : sources.environment)
    if (variable.starts_with(file_variable) && variable.size() > file_variable.size())
      return variable.substr(file_variable.size());
  const Texts& standard = sources.standard_files;
  const auto found = std::find_if(standard.begin(), standard.end(), is_there);
  return found == standard.end() ? "" : *found;
}

Result<std::string> read_file(const std::string& file) {
  const UniqueFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd) return os_error(file);
  auto text = read_all(fd.get(), yaml_limit_bytes);
  if (!text) return Error{file + ": " + text.error().message, text.error().os_error};
  return text;
}

/// The scalars of a list, or a map's as "key=value". False: the node has another shape.
bool items_of(const YamlNode& node, Texts& items) {
  for (const YamlNode* item : node.items) {
    if (item->kind != YamlKind::scalar) return false;
    items.push_back(item->text);
  }
  for (const auto& [key, line, value] : node.members) {
    if (value->kind != YamlKind::scalar || key.find('=') != key.npos) return false;
    items.push_back(key + "=" + value->text);
  }
  return true;
}

void take_member(const std::string& name, const YamlNode& node, const std::string& where,
                 std::vector<Given>& given, Complaints& complaints) {
  const SettingRow* row = find_setting(name);
  if (row == nullptr) return complaints.push_back(unknown_setting(name, where));
  if (node.kind == YamlKind::nothing) return;
  const auto is_row = [row](const Given& other) { return other.row == row; };
  if (std::any_of(given.begin(), given.end(), is_row))
    return complaints.push_back(name + " stands there twice (" + where + ")");
  if (node.kind == YamlKind::scalar) return given.push_back({row, items_of(*row, node.text), where});
  Texts items;
  const bool fits = row->has_several() && items_of(node, items);
  if (!fits) return complaints.push_back(name + " (" + where + ") has the wrong shape");
  given.push_back({row, items, where});
}

}  // namespace

std::string unknown_setting(std::string_view name, const std::string& where) {
  std::vector<std::string_view> names;
  for (const SettingRow& row : setting_rows()) names.push_back(row.name);
  const std::string near = nearest(name, names);
  return "there is no setting " + printable(name) + " (" + where + ")" +
         (near.empty() ? "" : "; did you mean " + near + "?");
}

std::vector<Given> given_in_file(const SettingsSources& sources, Complaints& complaints) {
  std::vector<Given> given;
  const std::string file = choose_file(sources);
  if (file.empty()) return given;
  const auto text = read_file(file);
  const auto document = text ? parse_yaml(*text, file) : Result<YamlDocument>(text.error());
  if (!document) {
    complaints.push_back(document.error().message);
    return given;
  }
  const YamlNode& root = document->root();
  if (root.kind != YamlKind::map && root.kind != YamlKind::nothing) {
    complaints.push_back(file + ": must be a map of settings");
  }
  for (const auto& [name, line, value] : root.members) {
    take_member(name, *value, file + ":" + std::to_string(line), given, complaints);
  }
  return given;
}

std::vector<Given> given_in_environment(const Texts& environment, Complaints& complaints) {
  static constexpr std::string_view ours = "TOWERMILL_";
  std::vector<Given> given;
  for (const std::string& variable : environment) {
    const std::size_t equals = variable.find('=');
    if (!variable.starts_with(ours) || equals == variable.npos) continue;
    if (variable.starts_with(file_variable)) continue;
    const std::string where = variable.substr(0, equals);
    const std::string name = to_lower(where.substr(ours.size()));
    const SettingRow* row = find_setting(name);
    if (row == nullptr) {
      complaints.push_back(unknown_setting(name, where));
    } else {
      given.push_back({row, items_of(*row, std::string_view(variable).substr(equals + 1)), where});
    }
  }
  return given;
}

std::vector<Given> given_as_flags(const std::vector<std::pair<std::string, std::string>>& flags,
                                  Complaints& complaints) {
  std::vector<Given> given;
  for (const auto& [flag, value] : flags) {
    std::string name = flag.substr(flag.starts_with("--") ? 2 : 0);
    const std::string where = "--" + name;
    std::replace(name.begin(), name.end(), '-', '_');
    const SettingRow* row = find_setting(name);
    if (row == nullptr) {
      complaints.push_back(unknown_setting(name, where));
      continue;
    }
    const auto earlier =
        std::find_if(given.begin(), given.end(), [row](const Given& g) { return g.row == row; });
    const Texts items = items_of(*row, value);
    if (row->has_several() && earlier != given.end()) {
      earlier->items.insert(earlier->items.end(), items.begin(), items.end());
    } else {
      given.push_back({row, items, where});
    }
  }
  return given;
}

}  // namespace towermill
