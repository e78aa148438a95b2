#include "handler/schema/rebase.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "runner/base/json.h"

namespace towermill {
namespace {

// What holds values, and no schemas: a "$ref" in there is somebody's data.
constexpr std::array<std::string_view, 5> of_values = {"enum", "const", "default", "example", "examples"};

bool holds_values(const std::string& key) {
  return std::find(of_values.begin(), of_values.end(), key) != of_values.end();
}

bool is_reference(const JsonMember& member) {
  return member.kind == JsonKind::string && (member.key == "$ref" || member.key == "$dynamicRef");
}

/// "#" and "#/…"; another fragment is the name of an anchor.
std::string rebased_reference(std::string_view json, std::string_view place) {
  const std::string reference = json_unquote(json);
  const bool is_own = reference == "#" || reference.starts_with("#/");
  return is_own ? json_quote(std::string(place) + reference.substr(1)) : std::string(json);
}

std::string list_of(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ","));
}

enum class Holds { a_schema, schemas_by_name };

std::string in_place(std::string_view json, std::string_view place, Holds holds);

std::string of_member(const JsonMember& member, std::string_view place, Holds holds) {
  if (holds == Holds::schemas_by_name) return in_place(member.raw, place, Holds::a_schema);
  if (is_reference(member)) return rebased_reference(member.raw, place);
  if (holds_values(member.key)) return std::string(member.raw);
  const bool by_name = member.key == "properties" || member.key == "$defs" || member.key == "definitions" ||
                       member.key == "patternProperties" || member.key == "dependentSchemas";
  return in_place(member.raw, place, by_name ? Holds::schemas_by_name : Holds::a_schema);
}

/// As deep as JSON may be.
std::string in_place(std::string_view json, std::string_view place, Holds holds) {
  if (json.find("$ref\"") == json.npos && json.find("$dynamicRef\"") == json.npos) return std::string(json);
  auto value = parse_json(json, max_json_depth);
  if (!value || (holds == Holds::a_schema && value->find("$id") != nullptr)) return std::string(json);
  std::vector<std::string> texts;
  texts.reserve(value->members.size());
  for (JsonMember& member : value->members) member.raw = texts.emplace_back(of_member(member, place, holds));
  if (value->kind == JsonKind::object) return json_object(value->members);
  return value->kind == JsonKind::array ? list_of(texts) : std::string(json);
}

}  // namespace

std::string rebased(std::string_view schema, std::string_view place) {
  return in_place(schema, place, Holds::a_schema);
}

std::string pointer_step(std::string_view name) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._!$&'()*+,;=:@";
  std::string step = "/";
  for (const char c : name) {
    if (c == '~' || c == '/')
      step += c == '~' ? "~0" : "~1";
    else if (plain.find(c) != plain.npos)
      step += c;
    else
      step += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return step;
}

}  // namespace towermill
