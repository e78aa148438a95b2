#include "handler/config/yaml_json.h"

#include "runner/base/json.h"

namespace towermill {
namespace {

constexpr int most_levels = 64;
constexpr std::size_t most_bytes = 4 * yaml_limit_bytes;

class Writer {
 public:
  /// False: it is too much.
  bool write(const YamlNode& node, int level);
  std::string take() { return std::move(text_); }

 private:
  bool write_list(const YamlNode& list, int level);
  bool write_map(const YamlNode& map, int level);

  std::string text_;
};

/// true, false and numbers are written in YAML as in JSON, but for forms that nobody uses in a schema.
std::string scalar(const YamlNode& node) {
  const std::string& text = node.text;
  if (node.style == YamlStyle::plain) {
    const auto value = parse_json(text, 1);
    const bool is_value = value && (value->kind == JsonKind::boolean || value->kind == JsonKind::number);
    if (is_value && value->raw.size() == text.size()) return text;
  }
  return json_quote(text);
}

bool Writer::write(const YamlNode& node, int level) {
  if (level > most_levels || text_.size() > most_bytes) return false;
  if (node.kind == YamlKind::list) return write_list(node, level);
  if (node.kind == YamlKind::map) return write_map(node, level);
  text_ += node.kind == YamlKind::nothing ? "null" : scalar(node);
  return true;
}

bool Writer::write_list(const YamlNode& list, int level) {
  char before = '[';
  for (const YamlNode* item : list.items) {
    text_ += before;
    before = ',';
    if (!write(*item, level + 1)) return false;
  }
  text_ += list.items.empty() ? "[]" : "]";
  return true;
}

bool Writer::write_map(const YamlNode& map, int level) {
  char before = '{';
  for (const YamlMember& member : map.members) {
    text_ += before + json_quote(member.key) + ":";
    before = ',';
    if (!write(*member.value, level + 1)) return false;
  }
  text_ += map.members.empty() ? "{}" : "}";
  return true;
}

}  // namespace

Result<std::string> yaml_to_json(const YamlNode& node) {
  Writer writer;
  if (!writer.write(node, 0)) return Error{"it is nested too deep or too large"};
  return writer.take();
}

}  // namespace towermill
