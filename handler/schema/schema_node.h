#pragma once
// A JSON Schema, read once, to hold values against.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/json.h"

namespace towermill {

/// JSON Schema's types; an integer is a number without a fraction.
enum class SchemaKind { null, boolean, integer, number, string, object, array };

struct SchemaNode {
  std::vector<SchemaKind> kinds;    // empty: any
  std::vector<std::string> values;  // "enum", "const": JSON; empty: any
  std::vector<SchemaNode> choices;  // "anyOf", "oneOf": one of them is enough; empty: any
  std::map<std::string, SchemaNode, std::less<>> properties;
  std::vector<std::string> required;
  std::unique_ptr<SchemaNode> others;           // "additionalProperties"; null: any
  std::unique_ptr<SchemaNode> items;            // null: any
  std::optional<std::string> minimum, maximum;  // JSON numbers
  bool is_date_time = false, is_base64 = false;
};

/// Reads as much of it as is understood: what has a wrong type, or is nested too deep, says nothing.
SchemaNode read_schema(std::string_view json);

/// What it asks for in these that is not looked at, each word once: "pattern", "allOf", "$ref"; none where it
/// says nothing else.
std::set<std::string> unheeded_in(std::string_view json);

/// "an integer", "one of \"a\", \"b\"": what a value has to be; "" where that cannot be said.
std::string expected_by(const SchemaNode& schema);

}  // namespace towermill
