#include "handler/schema/schema_node.h"

#include <algorithm>
#include <array>
#include <utility>

namespace towermill {
namespace {

constexpr int most_levels = 32;
constexpr std::size_t longest_list = 200;

struct KindWords {
  std::string_view word, meaning;
  SchemaKind kind;
};
constexpr std::array kind_words = {
    KindWords{"null", "null", SchemaKind::null},
    KindWords{"boolean", "true or false", SchemaKind::boolean},
    KindWords{"integer", "an integer", SchemaKind::integer},
    KindWords{"number", "a number", SchemaKind::number},
    KindWords{"string", "a string", SchemaKind::string},
    KindWords{"object", "an object", SchemaKind::object},
    KindWords{"array", "an array", SchemaKind::array},
};

class SchemaReader {
 public:
  SchemaNode read(std::string_view json, int level) const;

 private:
  void add(const JsonMember& member, SchemaNode& node, int level) const;
  void add_of_object(const JsonMember& member, SchemaNode& node, int level) const;
  void add_of_array(const JsonMember& member, SchemaNode& node, int level) const;
};

std::string text_of(const JsonMember& member) {
  return member.kind == JsonKind::string ? json_unquote(member.raw) : std::string();
}

/// A word that is none of JSON Schema's, as "resource", may mean anything.
void add_kind(const JsonMember& word, SchemaNode& node, bool& all_known) {
  const std::string name = text_of(word);
  const auto found =
      std::find_if(kind_words.begin(), kind_words.end(), [&](const auto& row) { return row.word == name; });
  if (found == kind_words.end()) {
    all_known = false;
  } else {
    node.kinds.push_back(found->kind);
  }
}

void add_kinds(const JsonMember& member, SchemaNode& node) {
  bool all_known = true;
  if (member.kind == JsonKind::string) add_kind(member, node, all_known);
  if (member.kind == JsonKind::array) {
    const auto words = parse_json(member.raw, max_json_depth);
    for (const JsonMember& word : words->members) add_kind(word, node, all_known);
  }
  if (!all_known) node.kinds.clear();
}

std::optional<std::string> number_of(const JsonMember& member) {
  if (member.kind != JsonKind::number) return std::nullopt;
  return std::string(member.raw);
}

SchemaNode SchemaReader::read(std::string_view json, int level) const {
  SchemaNode node;
  const auto value = parse_json(json, max_json_depth, JsonArrays::closed);
  if (level > most_levels || !value || value->kind != JsonKind::object) return node;
  for (const JsonMember& member : value->members) add(member, node, level + 1);
  return node;
}

void SchemaReader::add(const JsonMember& member, SchemaNode& node, int level) const {
  if (member.key == "type") return add_kinds(member, node);
  if (member.key == "minimum") node.minimum = number_of(member);
  if (member.key == "maximum") node.maximum = number_of(member);
  if (member.key == "const") node.values = {std::string(member.raw)};
  if (member.key == "format") node.is_date_time = text_of(member) == "date-time";
  if (member.key == "contentEncoding") node.is_base64 = text_of(member) == "base64";
  if (member.kind == JsonKind::object) add_of_object(member, node, level);
  if (member.kind == JsonKind::array) add_of_array(member, node, level);
}

void SchemaReader::add_of_object(const JsonMember& member, SchemaNode& node, int level) const {
  if (member.key == "items") node.items = std::make_unique<SchemaNode>(read(member.raw, level));
  if (member.key == "additionalProperties")
    node.others = std::make_unique<SchemaNode>(read(member.raw, level));
  if (member.key != "properties") return;
  const auto properties = parse_json(member.raw, max_json_depth, JsonArrays::closed);
  for (const JsonMember& one : properties->members)
    node.properties.insert_or_assign(one.key, read(one.raw, level));
}

void SchemaReader::add_of_array(const JsonMember& member, SchemaNode& node, int level) const {
  const bool is_choice = member.key == "anyOf" || member.key == "oneOf";
  if (!is_choice && member.key != "enum" && member.key != "required") return;
  const auto list = parse_json(member.raw, max_json_depth);
  for (const JsonMember& item : list->members) {
    if (is_choice) node.choices.push_back(read(item.raw, level));
    if (member.key == "enum") node.values.emplace_back(item.raw);
    if (member.key == "required" && item.kind == JsonKind::string) node.required.push_back(text_of(item));
  }
}

// What JSON Schema's words for values, and for where other schemas are, would forbid.
constexpr std::array<std::string_view, 27> unheeded_words = {"$ref",
                                                             "$dynamicRef",
                                                             "allOf",
                                                             "not",
                                                             "if",
                                                             "pattern",
                                                             "minLength",
                                                             "maxLength",
                                                             "multipleOf",
                                                             "exclusiveMinimum",
                                                             "maxItems",
                                                             "minItems",
                                                             "uniqueItems",
                                                             "contains",
                                                             "exclusiveMaximum",
                                                             "maxContains",
                                                             "minContains",
                                                             "maxProperties",
                                                             "minProperties",
                                                             "dependentRequired",
                                                             "propertyNames",
                                                             "patternProperties",
                                                             "prefixItems",
                                                             "dependentSchemas",
                                                             "unevaluatedItems",
                                                             "dependencies",
                                                             "unevaluatedProperties"};

/// Only where read_schema() looks too: of what it does not look into, the word that holds it is told.
void add_unheeded(std::string_view json, int level, std::set<std::string>& found) {
  const auto value = parse_json(json, max_json_depth, JsonArrays::closed);
  if (level > most_levels || !value || value->kind != JsonKind::object) return;
  const auto add_each = [&](std::string_view list) {
    const auto inside = parse_json(list, max_json_depth);
    for (const JsonMember& one : inside->members) add_unheeded(one.raw, level + 1, found);
  };
  for (const JsonMember& member : value->members) {
    const bool is_word =
        std::find(unheeded_words.begin(), unheeded_words.end(), member.key) != unheeded_words.end();
    const bool closes = member.key == "additionalProperties" && member.raw == "false";
    if (is_word || closes) found.insert(member.key + (closes ? ": false" : ""));
    if (member.key == "items" || member.key == "additionalProperties")
      add_unheeded(member.raw, level + 1, found);
    if (member.key == "properties" || member.key == "anyOf" || member.key == "oneOf") add_each(member.raw);
  }
}

void add_words(std::string& list, std::string_view between, std::string_view words) {
  list += (list.empty() ? "" : std::string(between)) + std::string(words);
}

std::string listed(const std::vector<std::string>& values) {
  std::string list;
  for (const std::string& value : values) {
    add_words(list, ", ", list.size() > longest_list ? "…" : value);
    if (list.size() > longest_list) break;
  }
  return values.size() == 1 ? list : "one of " + list;
}

std::string_view kind_of(const SchemaNode& schema, SchemaKind kind) {
  if (kind == SchemaKind::string && schema.is_date_time) return "a date and time in the form of ISO 8601";
  if (kind == SchemaKind::string && schema.is_base64) return "bytes in base64";
  return std::find_if(kind_words.begin(), kind_words.end(), [&](const auto& row) { return row.kind == kind; })
      ->meaning;
}

}  // namespace

std::set<std::string> unheeded_in(std::string_view json) {
  std::set<std::string> found;
  add_unheeded(json, 0, found);
  return found;
}

SchemaNode read_schema(std::string_view json) { return SchemaReader().read(json, 0); }

std::string expected_by(const SchemaNode& schema) {
  if (!schema.values.empty()) return listed(schema.values);
  std::string words;
  for (const SchemaKind kind : schema.kinds) add_words(words, " or ", kind_of(schema, kind));
  for (const SchemaNode& choice : schema.choices) {
    if (const std::string expected = expected_by(choice); !expected.empty())
      add_words(words, " or ", expected);
  }
  const auto bound = [&](std::string_view what, const std::string& number) {
    add_words(words, " ", std::string(what) + number);
  };
  if (schema.minimum) bound("of at least ", *schema.minimum);
  if (schema.maximum) bound(schema.minimum ? "and at most " : "of at most ", *schema.maximum);
  return words;
}

}  // namespace towermill
