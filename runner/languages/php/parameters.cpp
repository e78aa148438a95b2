#include "runner/languages/php/parameters.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "runner/base/text.h"
#include "runner/languages/php/lexer.h"
#include "runner/languages/source/literal.h"

namespace towermill {
namespace {

std::string_view constant(std::string_view word) {
  for (const std::string_view known : {"true", "false", "null"}) {
    if (equals_ignoring_case(word, known)) return known;
  }
  return "";
}

std::optional<std::string> string_of(std::string_view raw) {
  constexpr Escapes single = {.characters = "\\\\''", .in_octal = false, .in_hex = false};
  constexpr Escapes twice = {.characters =
                                 "\\\\\"\"$$e\x1b"
                                 "f\fn\nr\rt\tv\v",
                             .in_braces = true};
  if (raw.size() < 2 || raw.front() != raw.back()) return std::nullopt;
  const std::string_view characters = raw.substr(1, raw.size() - 2);
  if (raw.front() == '\'') return unescaped(characters, single);
  if (raw.front() != '"') return std::nullopt;
  for (std::size_t at = 0; at < characters.size(); ++at) {
    if (characters[at] == '\\')
      ++at;
    else if (characters[at] == '$')
      return std::nullopt;  // a variable's value
  }
  return unescaped(characters, twice);
}

constexpr LiteralStyle literals = {.constant = constant, .string = string_of, .arrow = "=>"};

struct Named {
  std::string_view name, kind, more;
};
constexpr std::array scalars = {
    Named{"string", "string", ""},
    Named{"int", "integer", ""},
    Named{"float", "number", ""},
    Named{"bool", "boolean", ""},
    Named{"true", "boolean", ""},
    Named{"false", "boolean", ""},
    Named{"object", "object", ""},
    Named{"stdclass", "object", ""},
    Named{"datetime", "string", date_time_format},
    Named{"datetimeimmutable", "string", date_time_format},
    Named{"datetimeinterface", "string", date_time_format},
};

/// What stands in a script outside of all classes and functions.
class Script {
 public:
  Script(const SourceTokens& tokens, std::string_view entry) : all_(tokens), entry_(entry) {
    for (SourceCursor cursor = all_; !cursor.at_end();) note(cursor);
  }

  std::optional<std::vector<Parameter>> parameters();

 private:
  void note(SourceCursor& cursor);
  void note_imports(SourceCursor cursor);
  Parameter parameter(SourceCursor one) const;
  SchemaType type(SourceCursor type) const;
  SchemaType named(std::string_view name) const;

  SourceCursor all_;
  std::string_view entry_;
  std::optional<SourceCursor> function_;  // behind the entry's name
  std::set<std::string> others_;          // lower-case names of enums and of what other files declare
};

bool is_word(const SourceCursor& cursor, std::string_view word) {
  return cursor.peek().kind == SourceToken::word && equals_ignoring_case(cursor.peek().raw, word);
}

/// Notes what begins here, and goes on behind it; into the braces of a namespace.
void Script::note(SourceCursor& cursor) {
  if (is_word(cursor, "namespace")) {
    cursor.up_to({";", "{"});
    return cursor.next();
  }
  if (is_word(cursor, "use") && !cursor.peek(1).is("(")) note_imports(cursor);
  if (is_word(cursor, "enum") && cursor.peek(1).kind == SourceToken::word)
    others_.insert(to_lower(cursor.peek(1).raw));
  if (is_word(cursor, "function")) {
    const std::size_t name = cursor.peek(1).is("&") ? 2 : 1;
    if (equals_ignoring_case(cursor.peek(name).raw, entry_)) function_ = cursor.from(cursor.at() + name + 1);
  }
  cursor.skip();
}

/// `use A\B, C\D as E;`, whose B and E may be anything.
void Script::note_imports(SourceCursor cursor) {
  for (cursor.next(); !cursor.at_end() && !cursor.is(";"); cursor.next()) {
    const std::string_view name = cursor.peek().raw;
    others_.insert(to_lower(name.substr(name.rfind('\\') + 1)));
  }
}

/// A class that the file does not import stands for a resource, as Windmill's scripts name its type.
SchemaType Script::named(std::string_view name) const {
  const bool is_global = name.starts_with('\\');
  const std::string lower = to_lower(name.substr(is_global ? 1 : 0));
  if (lower == "null" || lower == "void") return SchemaType::null();
  if (lower == "array" || lower == "iterable") {
    SchemaType both = SchemaType::of("array");
    both.add(SchemaType::of("object"));
    return both;
  }
  const bool is_mixed = lower == "mixed" || lower == "callable" || lower == "self";
  if (is_mixed || (!is_global && others_.contains(lower) && !lower.starts_with("datetime")))
    return SchemaType::any();
  for (const Named& scalar : scalars) {
    if (scalar.name == lower) return SchemaType::of(scalar.kind, scalar.more);
  }
  if (name.find('\\') != std::string_view::npos) return SchemaType::any();
  return SchemaType::of("object", resource_format(lower));
}

SchemaType Script::type(SourceCursor type) const {
  SchemaType found;
  if (type.take("?")) found.add(SchemaType::null());
  while (!type.at_end()) {
    const SourceCursor one = type.up_to({"|"});
    const bool is_name = one.peek().kind == SourceToken::word && one.peek(1).raw.empty();
    found.add(is_name ? named(one.peek().raw) : SchemaType::any());
    type.take("|");
  }
  return found;
}

/// Whether no more of the type comes: "&" may stand in it, too.
bool begins_name(SourceCursor cursor) {
  cursor.take("&");
  return cursor.is("...") || cursor.peek().raw.starts_with('$');
}

/// `?type &...$name = default`
Parameter Script::parameter(SourceCursor one) const {
  const std::size_t begin = one.at();
  while (!one.at_end() && !begins_name(one)) one.skip();
  std::optional<SchemaType> given;
  if (one.at() > begin) given = type(one.from(begin).up_to_place(one.at()));
  one.take("&");
  const bool rest = one.take("...");
  std::string name(one.peek().raw.substr(one.peek().raw.empty() ? 0 : 1));
  one.next();
  ParameterDefault standard;
  if (one.take("=")) standard = {true, literal_at(one, literals)};
  if (!rest) return make_parameter(std::move(name), given, std::move(standard));
  return make_parameter(std::move(name), SchemaType::of("array", given ? items_of(*given) : ""),
                        {true, std::nullopt});
}

std::optional<std::vector<Parameter>> Script::parameters() {
  if (!function_ || !function_->is("(")) return std::nullopt;
  std::vector<Parameter> found;
  for (SourceCursor inside = function_->inside(); !inside.at_end(); inside.take(",")) {
    while (inside.take("#")) inside.skip();  // attributes
    found.push_back(parameter(inside.up_to({","})));
  }
  return found;
}

}  // namespace

std::optional<std::vector<Parameter>> php_parameters(std::string_view source, std::string_view name) {
  const SourceTokens tokens = php_tokens(source);
  return Script(tokens, name).parameters();
}

}  // namespace towermill
