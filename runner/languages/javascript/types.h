#pragma once
// What types in a script in TypeScript mean for JSON.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "runner/languages/source/cursor.h"
#include "runner/languages/source/schema_type.h"

namespace towermill {

/// TypeScript's types and those that a script declares. What only its compiler can tell may be anything.
/// Refers to the script's tokens.
class JsTypes {
 public:
  explicit JsTypes(const SourceTokens& script);

  /// The type that the whole text means.
  SchemaType read(std::string_view type);

 private:
  SchemaType unite(SourceCursor& cursor);
  SchemaType intersect(SourceCursor& cursor);
  SchemaType with_brackets(SourceCursor& cursor);
  SchemaType one(SourceCursor& cursor);
  SchemaType any_one(SourceCursor& cursor);
  SchemaType literal(SourceCursor& cursor) const;
  SchemaType in_parentheses(SourceCursor& cursor);
  SchemaType word(SourceCursor& cursor);
  SchemaType named(std::string_view name);
  SchemaType generic(std::string_view name, SourceCursor& cursor);
  SchemaType object(SourceCursor members, std::string_view more = {});
  SchemaType member(SourceCursor& members);
  SchemaType declared(std::string_view name);
  SchemaType members_of_enum(SourceCursor members) const;

  std::map<std::string_view, SourceCursor> declared_;  // of each name, at its "interface", "type" or "enum"
  int depth_ = 0;
  int resolved_ = 0;
};

/// A text token as a JSON string; nullopt for a regular expression, and for a template with values in it.
std::optional<std::string> js_string(std::string_view raw);

/// "PostgreSql" is "postgre_sql".
std::string to_snake_case(std::string_view name);

}  // namespace towermill
