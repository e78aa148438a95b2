#include "runner/languages/python/annotations.h"

#include <algorithm>
#include <array>

#include "runner/base/json.h"
#include "runner/languages/python/lexer.h"
#include "runner/languages/python/literals.h"

namespace towermill {
namespace {

constexpr int most_levels = 32;
constexpr int most_resolved = 64;  // names and strings looked into: each may hold others

struct Named {
  std::string_view name, kind, more;
};
constexpr std::array scalars = {
    Named{"str", "string", ""},
    Named{"int", "integer", ""},
    Named{"float", "number", ""},
    Named{"bool", "boolean", ""},
    Named{"bytes", "string", base64_encoding},
    Named{"datetime", "string", date_time_format},
};
constexpr std::string_view lists[] = {
    "list", "List",      "Sequence",  "MutableSequence", "Iterable", "Iterator", "Collection", "set",
    "Set",  "frozenset", "FrozenSet", "AbstractSet",     "deque",    "Deque",    "tuple",      "Tuple"};
constexpr std::string_view maps[] = {"dict",        "Dict",        "Mapping",     "MutableMapping",
                                     "OrderedDict", "defaultdict", "DefaultDict", "TypedDict"};

template <std::size_t size>
bool is_one_of(std::string_view name, const std::string_view (&names)[size]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

SchemaType PythonAnnotations::read(SourceCursor annotation) {
  if (depth_ == most_levels) return SchemaType::any();
  ++depth_;
  SchemaType type = unite(annotation, "|");
  --depth_;
  return type;
}

/// One type for all that `mark` stands between.
SchemaType PythonAnnotations::unite(SourceCursor annotation, std::string_view mark) {
  if (annotation.at_end()) return SchemaType::any();
  SchemaType type;
  while (!annotation.at_end()) {
    const SourceCursor one = annotation.up_to({mark});
    type.add(mark == "|" ? part(one) : read(one));
    annotation.take(mark);
  }
  return type;
}

SchemaType PythonAnnotations::part(SourceCursor part) {
  const SourceToken first = part.peek();
  if (first.kind == SourceToken::text && part.peek(1).raw.empty()) return quoted(first.raw);
  if (first.kind != SourceToken::word) return SchemaType::any();
  std::string_view name = first.raw;
  for (part.next(); part.take("."); part.next()) name = part.peek().raw;
  if (part.at_end()) return named(name);
  if (!part.is("[")) return SchemaType::any();
  const SourceCursor arguments = part.inside();
  return part.at_end() ? generic(name, arguments) : SchemaType::any();
}

SchemaType PythonAnnotations::named(std::string_view name) {
  if (name == "None") return SchemaType::null();
  if (aliases_.contains(name) || typed_dicts_.contains(name)) return declared(name);
  for (const Named& scalar : scalars) {
    if (scalar.name == name) return SchemaType::of(scalar.kind, scalar.more);
  }
  if (is_one_of(name, lists)) return SchemaType::of("array");
  return is_one_of(name, maps) ? SchemaType::of("object") : SchemaType::any();
}

SchemaType PythonAnnotations::generic(std::string_view name, SourceCursor arguments) {
  if (name == "Literal") return literals(arguments);
  if (name == "Union") return unite(arguments, ",");
  if (name == "Optional") {
    SchemaType type = read(arguments);
    type.add(SchemaType::null());
    return type;
  }
  const SourceCursor first = arguments.up_to({","});
  if (name == "Annotated" || name == "Final" || name == "ReadOnly") return read(first);
  arguments.take(",");
  if (is_one_of(name, maps)) return SchemaType::of("object", values_of(read(arguments)));
  if (!is_one_of(name, lists)) return SchemaType::any();
  const bool alike = arguments.at_end() || arguments.is("...");  // a tuple's items may differ
  return SchemaType::of("array", alike ? items_of(read(first)) : "");
}

SchemaType PythonAnnotations::literals(SourceCursor values) const {
  SchemaType type;
  while (!values.at_end()) {
    const auto value = literal_at(values.up_to({","}), python_literals());
    if (!value) return SchemaType::any();
    type.add(*value == "null" ? SchemaType::null() : SchemaType::literal(*value));
    values.take(",");
  }
  return type;
}

SchemaType PythonAnnotations::quoted(std::string_view raw) {
  const auto text = python_string(raw);
  if (!text || ++resolved_ > most_resolved) return SchemaType::any();
  auto& [source, tokens] = quoted_.emplace_back(json_unquote(*text), SourceTokens());
  tokens = python_tokens(source);
  return read(SourceCursor(tokens));
}

/// A name of the script's own for dicts is what Windmill calls a resource type.
SchemaType PythonAnnotations::declared(std::string_view name) {
  if (typed_dicts_.contains(name)) return SchemaType::of("object", resource_format(name));
  if (++resolved_ > most_resolved) return SchemaType::any();
  const SchemaType type = read(aliases_.at(name));
  return type.only_kind() == "object" ? SchemaType::of("object", resource_format(name)) : type;
}

}  // namespace towermill
