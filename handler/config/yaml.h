#pragma once
// YAML as a plain tree that remembers its lines. The only user of yaml-cpp, whose types stay in yaml.cpp.

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"

namespace towermill {

inline constexpr std::size_t yaml_limit_bytes = 1 << 20;

enum class YamlKind { nothing, scalar, list, map };
enum class YamlStyle { plain, quoted };

struct YamlNode;
struct YamlMember {
  std::string key;
  int line;  // of the key
  const YamlNode* value;
};

/// One node. It belongs to its document; an alias is the very node it names, so a tree may meet itself:
/// walk it by the shape you expect, never all of it.
struct YamlNode {
  YamlKind kind = YamlKind::nothing;
  int line = 1;
  std::string text;                    // of a scalar
  YamlStyle style = YamlStyle::plain;  // of a scalar
  std::vector<const YamlNode*> items;  // of a list
  std::vector<YamlMember> members;     // of a map, in order, duplicates kept
};

struct YamlDocument {
  std::deque<YamlNode> nodes;  // the first is the root; an empty text is one that is nothing

  const YamlNode& root() const { return nodes.front(); }
};

/// One document of at most yaml_limit_bytes, with bounds on depth and number of nodes, so that a hostile text
/// costs little. Error: "called:line: what is wrong".
Result<YamlDocument> parse_yaml(std::string_view text, std::string_view called);

}  // namespace towermill
