#include "runner/languages/javascript/types.h"

#include <algorithm>
#include <array>

#include "runner/base/json.h"
#include "runner/languages/javascript/cursor.h"
#include "runner/languages/javascript/lexer.h"
#include "runner/languages/source/literal.h"

namespace towermill {
namespace {

constexpr int most_levels = 32;
constexpr int most_resolved = 64;  // names looked into: each may name others

struct Named {
  std::string_view name, kind, more;
};
constexpr std::array known = {
    Named{"string", "string", ""},
    Named{"number", "number", ""},
    Named{"boolean", "boolean", ""},
    Named{"bigint", "integer", ""},
    Named{"object", "object", ""},
    Named{"Record", "object", ""},
    Named{"Partial", "object", ""},
    Named{"Array", "array", ""},
    Named{"ReadonlyArray", "array", ""},
    Named{"Date", "string", date_time_format},
    Named{"Base64", "string", base64_encoding},
    Named{"Email", "string", R"("format":"email")"},
};

/// Behind these a type stands that something is made of which nobody here works out.
bool is_operator(const SourceToken& token) {
  return token.is("keyof") || token.is("typeof") || token.is("infer") || token.is("unique") ||
         token.is("asserts") || token.is("new") || token.is("abstract");
}

bool ends_member(const SourceCursor& cursor) {
  return cursor.at_end() || cursor.is(",") || cursor.is(";") || cursor.peek().after_newline;
}

}  // namespace

JsTypes::JsTypes(const SourceTokens& script) {
  for (SourceCursor cursor(script); !cursor.at_end(); cursor.skip()) {
    const bool declares = cursor.is("interface") || cursor.is("type") || cursor.is("enum");
    if (declares && cursor.peek(1).kind == SourceToken::word && !cursor.before().is("."))
      declared_.insert_or_assign(cursor.peek(1).raw, cursor);
  }
}

SchemaType JsTypes::read(std::string_view type) {
  const SourceTokens tokens = js_tokens(type);
  SourceCursor cursor(tokens);
  SchemaType found = unite(cursor);
  return cursor.at_end() ? found : SchemaType::any();
}

SchemaType JsTypes::unite(SourceCursor& cursor) {
  cursor.take("|");
  SchemaType type = intersect(cursor);
  while (cursor.take("|")) type.add(intersect(cursor));
  const bool is_condition = (cursor.is("extends") || cursor.is("is")) && !cursor.peek().after_newline;
  if (!is_condition) return type;
  while (!ends_member(cursor)) cursor.skip();
  return SchemaType::any();
}

/// What is all of several types is an object, as far as JSON goes.
SchemaType JsTypes::intersect(SourceCursor& cursor) {
  cursor.take("&");
  SchemaType type = with_brackets(cursor);
  if (!cursor.is("&")) return type;
  while (cursor.take("&")) with_brackets(cursor);
  return SchemaType::any();
}

SchemaType JsTypes::with_brackets(SourceCursor& cursor) {
  const int depth = depth_;
  SchemaType type = one(cursor);
  while (cursor.is("[") && !cursor.peek().after_newline) {
    const bool is_array = cursor.inside().at_end() && ++depth_ < most_levels;
    type = is_array ? SchemaType::of("array", items_of(type)) : SchemaType::any();
  }
  depth_ = depth;
  return type;
}

SchemaType JsTypes::one(SourceCursor& cursor) {
  if (depth_ >= most_levels) {
    cursor.skip();
    return SchemaType::any();
  }
  ++depth_;
  SchemaType type = any_one(cursor);
  --depth_;
  return type;
}

SchemaType JsTypes::any_one(SourceCursor& cursor) {
  const SourceToken token = cursor.peek();
  if (token.is("{")) return object(cursor.inside());
  if (token.is("(") || token.is("<")) return in_parentheses(cursor);
  if (token.is("[")) {
    cursor.skip();
    return SchemaType::of("array");  // a tuple's items may differ
  }
  return token.kind == SourceToken::word ? word(cursor) : literal(cursor);
}

SchemaType JsTypes::literal(SourceCursor& cursor) const {
  const bool negative = cursor.take("-");
  const SourceToken value = cursor.peek();
  cursor.next();
  if (value.kind == SourceToken::number) {
    const std::string number = (negative ? "-" : "") + std::string(value.raw);
    return parse_json(number).ok() ? SchemaType::literal(number) : SchemaType::any();
  }
  if (value.kind != SourceToken::text) return SchemaType::any();
  const auto string = js_string(value.raw);
  return string ? SchemaType::literal(*string) : SchemaType::any();
}

/// A type in parentheses, or a function's.
SchemaType JsTypes::in_parentheses(SourceCursor& cursor) {
  if (cursor.is("<")) skip_angles(cursor);
  SourceCursor inside = cursor.inside();
  if (cursor.take("=>")) {
    unite(cursor);
    return SchemaType::any();
  }
  SchemaType type = unite(inside);
  return inside.at_end() ? type : SchemaType::any();
}

SchemaType JsTypes::word(SourceCursor& cursor) {
  if (cursor.take("readonly")) return with_brackets(cursor);
  if (is_operator(cursor.peek()) && cursor.peek(1).kind == SourceToken::word) {
    cursor.next();
    with_brackets(cursor);
    return SchemaType::any();
  }
  std::string_view name = cursor.peek().raw;
  bool is_resource = false;
  for (cursor.next(); cursor.is("."); cursor.next()) {
    is_resource = name == "RT";  // the namespace of Windmill's resource types
    cursor.next();
    name = cursor.peek().raw;
  }
  if (cursor.is("<")) return generic(name, cursor);
  if (is_resource) return SchemaType::of("object", resource_format(to_snake_case(name)));
  return named(name);
}

SchemaType JsTypes::named(std::string_view name) {
  if (name == "null") return SchemaType::null();
  if (name == "undefined" || name == "void") return SchemaType::absent();
  if (name == "true" || name == "false") return SchemaType::literal(name);
  if (declared_.contains(name)) return declared(name);
  for (const Named& type : known) {
    if (type.name == name) return SchemaType::of(type.kind, type.more);
  }
  return SchemaType::any();
}

SchemaType JsTypes::generic(std::string_view name, SourceCursor& cursor) {
  cursor.next();
  SchemaType last;
  for (;;) {
    last = unite(cursor);
    if (!cursor.take(",")) break;
  }
  if (!cursor.take(">")) return SchemaType::any();
  if (declared_.contains(name)) return SchemaType::any();
  if (name == "Array" || name == "ReadonlyArray") return SchemaType::of("array", items_of(last));
  if (name == "Record") return SchemaType::of("object", values_of(last));
  if (name == "Readonly" || name == "Required") return last;
  return name == "Partial" ? SchemaType::of("object") : SchemaType::any();
}

/// `{ a: string; b?: number }`; an index signature's type is that of the other members.
SchemaType JsTypes::object(SourceCursor members, std::string_view more) {
  std::string properties, required, rest(more);
  while (!members.at_end()) {
    if (members.is("readonly") && !ends_member(members.from(members.at() + 1))) members.next();
    const SourceToken key = members.peek();
    const bool is_index = key.is("[");
    members.skip();
    const bool optional = members.take("?");
    const SchemaType type = member(members);
    while (!ends_member(members)) members.skip();  // nothing, but where this cannot read it
    if (members.is(",") || members.is(";")) members.next();
    if (is_index || key.kind == SourceToken::punctuation) continue;
    const std::string name =
        key.kind == SourceToken::text ? js_string(key.raw).value_or("\"\"") : json_quote(key.raw);
    properties += (properties.empty() ? "" : ",") + name + ":" + type.text();
    if (!optional && !type.may_be_absent()) required += (required.empty() ? "" : ",") + name;
  }
  const auto add = [&](const std::string& text) { rest += (rest.empty() ? "" : ",") + text; };
  if (!properties.empty()) add("\"properties\":{" + properties + "}");
  if (!required.empty()) add("\"required\":[" + required + "]");
  return SchemaType::of("object", rest);
}

/// Behind a member's name: ": type", or a method's parameters.
SchemaType JsTypes::member(SourceCursor& members) {
  if (members.take(":")) return unite(members);
  if (members.is("<")) skip_angles(members);
  if (members.is("(")) {
    members.skip();
    if (members.take(":")) unite(members);
  }
  SchemaType type = SchemaType::any();
  type.add(SchemaType::absent());  // no JSON has a function
  return type;
}

SchemaType JsTypes::declared(std::string_view name) {
  SourceCursor cursor = declared_.at(name);
  const bool is_type = cursor.is("type"), is_enum = cursor.is("enum");
  cursor = cursor.from(cursor.at() + 2);
  if (++resolved_ > most_resolved || cursor.is("<")) return SchemaType::any();
  if (is_enum) return cursor.is("{") ? members_of_enum(cursor.inside()) : SchemaType::any();
  if (is_type) return cursor.take("=") ? unite(cursor) : SchemaType::any();
  while (!cursor.at_end() && !cursor.is("{")) cursor.next();  // "extends"
  return object(cursor.inside());
}

/// Strings' values; the numbers that TypeScript counts may be anything.
SchemaType JsTypes::members_of_enum(SourceCursor members) const {
  SchemaType type;
  while (!members.at_end()) {
    members.next();
    const auto value = members.take("=") ? js_string(members.peek().raw) : std::nullopt;
    if (!value || members.peek().kind != SourceToken::text) return SchemaType::any();
    type.add(SchemaType::literal(*value));
    members.next();
    members.take(",");
  }
  return type;
}

std::optional<std::string> js_string(std::string_view raw) {
  constexpr Escapes escapes = {
      .characters = "b\bf\fn\nr\rt\tv\v", .keeps_unknown = false, .in_four = true, .in_braces = true};
  const bool quoted = raw.size() >= 2 && raw.front() == raw.back() &&
                      (raw.front() == '"' || raw.front() == '\'' || raw.front() == '`');
  return quoted ? unescaped(raw.substr(1, raw.size() - 2), escapes) : std::nullopt;
}

std::string to_snake_case(std::string_view name) {
  std::string snake;
  for (const char c : name) {
    const bool upper = 'A' <= c && c <= 'Z';
    if (upper && !snake.empty()) snake += '_';
    snake += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return snake;
}

}  // namespace towermill
