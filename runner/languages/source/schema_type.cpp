#include "runner/languages/source/schema_type.h"

#include <algorithm>

#include "runner/base/json.h"

namespace towermill {
namespace {

constexpr std::size_t most_literals = 1000;  // more say nothing to anybody

std::string_view kind_of(std::string_view json) {
  switch (json.front()) {
    case '"':
      return "string";
    case '[':
      return "array";
    case '{':
      return "object";
    case 't':
    case 'f':
      return "boolean";
    case 'n':
      return "null";
    default:
      return json.find_first_of(".eE") == std::string_view::npos ? "integer" : "number";
  }
}

std::string joined(const std::vector<std::string>& items) {
  std::string list;
  for (const std::string& item : items) list += (list.empty() ? "" : ",") + item;
  return list;
}

std::string object_text(const std::string& type, const std::string& more) {
  return "{" + type + (type.empty() || more.empty() ? "" : ",") + more + "}";
}

}  // namespace

SchemaType SchemaType::any() {
  SchemaType type;
  type.any_ = true;
  return type;
}

SchemaType SchemaType::of(std::string_view kind, std::string_view more) {
  SchemaType type;
  type.forms_.push_back({std::string(kind), std::string(more)});
  return type;
}

SchemaType SchemaType::literal(std::string_view json) {
  SchemaType type;
  type.literals_.emplace_back(json);
  return type;
}

SchemaType SchemaType::null() {
  SchemaType type;
  type.nullable_ = true;
  return type;
}

SchemaType SchemaType::absent() {
  SchemaType type;
  type.absent_ = true;
  return type;
}

SchemaType SchemaType::of_default(std::string_view json) {
  const std::string_view kind = kind_of(json);
  return kind == "null" ? any() : of(kind);
}

void SchemaType::add(const SchemaType& other) {
  any_ |= other.any_;
  nullable_ |= other.nullable_;
  absent_ |= other.absent_;
  if (literals_.size() > most_literals) any_ = true;
  if (any_) return;
  for (const std::string& literal : other.literals_) {
    if (std::find(literals_.begin(), literals_.end(), literal) == literals_.end())
      literals_.push_back(literal);
  }
  for (const Form& form : other.forms_) {
    if (std::find(forms_.begin(), forms_.end(), form) == forms_.end()) forms_.push_back(form);
  }
}

std::string_view SchemaType::only_kind() const {
  const bool one = !any_ && literals_.empty() && forms_.size() == 1 && forms_.front().more.empty();
  return one ? std::string_view(forms_.front().kind) : "";
}

/// The forms, and the literals as one more, of no kind where they are of several.
std::vector<SchemaType::Form> SchemaType::parts() const {
  std::vector<Form> parts = forms_;
  if (literals_.empty()) return parts;
  const std::string_view kind = kind_of(literals_.front());
  const bool alike =
      std::all_of(literals_.begin(), literals_.end(), [&](const auto& one) { return kind_of(one) == kind; });
  std::vector<std::string> values = literals_;
  if (nullable_ && parts.empty()) values.emplace_back("null");
  parts.push_back({alike ? std::string(kind) : "", "\"enum\":[" + joined(values) + "]"});
  return parts;
}

std::string SchemaType::text() const {
  if (any_) return "{}";
  const std::vector<Form> all = parts();
  const bool plain = std::all_of(all.begin(), all.end(), [](const Form& form) { return form.more.empty(); });
  if (plain || all.size() == 1) {
    std::vector<std::string> kinds;
    for (const Form& form : all) {
      if (!form.kind.empty()) kinds.push_back(json_quote(form.kind));
    }
    if (nullable_ && kinds.size() == all.size()) kinds.emplace_back("\"null\"");
    const std::string more = all.size() == 1 ? all.front().more : "";
    if (kinds.empty()) return object_text("", more);
    return object_text("\"type\":" + (kinds.size() == 1 ? kinds.front() : "[" + joined(kinds) + "]"), more);
  }
  std::vector<std::string> choices;
  for (const Form& form : all) {
    choices.push_back(object_text(form.kind.empty() ? "" : "\"type\":" + json_quote(form.kind), form.more));
  }
  if (nullable_) choices.emplace_back(R"({"type":"null"})");
  return "{\"anyOf\":[" + joined(choices) + "]}";
}

std::string items_of(const SchemaType& type) {
  const std::string text = type.text();
  return text == "{}" ? "" : "\"items\":" + text;
}

std::string values_of(const SchemaType& type) {
  const std::string text = type.text();
  return text == "{}" ? "" : "\"additionalProperties\":" + text;
}

std::string resource_format(std::string_view name) {
  return "\"format\":" + json_quote("resource-" + std::string(name));
}

}  // namespace towermill
