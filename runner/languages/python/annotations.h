#pragma once
// What annotations in a script in Python mean as types.

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "runner/languages/source/cursor.h"
#include "runner/languages/source/schema_type.h"

namespace towermill {

/// The types that a script gives names to, and what annotations make of them and of Python's own. A name that
/// is none of these may be anything. Refers to the script's tokens.
class PythonAnnotations {
 public:
  /// `name = …`, at the top of the script; the value is where the cursor stands, up to the line's end.
  void declare_alias(std::string_view name, SourceCursor value) { aliases_.insert_or_assign(name, value); }
  /// A class whose instances are dicts.
  void declare_typed_dict(std::string_view name) { typed_dicts_.insert(name); }

  /// The type that all that stands at the cursor means. Runs nothing.
  SchemaType read(SourceCursor annotation);

 private:
  SchemaType unite(SourceCursor annotation, std::string_view mark);
  SchemaType part(SourceCursor part);
  SchemaType named(std::string_view name);
  SchemaType generic(std::string_view name, SourceCursor arguments);
  SchemaType literals(SourceCursor values) const;
  SchemaType quoted(std::string_view raw);
  SchemaType declared(std::string_view name);

  std::map<std::string_view, SourceCursor> aliases_;
  std::set<std::string_view> typed_dicts_;
  std::deque<std::pair<std::string, SourceTokens>> quoted_;  // annotations that are strings
  int depth_ = 0;
  int resolved_ = 0;
};

}  // namespace towermill
