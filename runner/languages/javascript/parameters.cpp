#include "runner/languages/javascript/parameters.h"

#include <map>
#include <utility>

#include "runner/languages/javascript/cursor.h"
#include "runner/languages/javascript/lexer.h"

namespace towermill {
namespace {

using Parameters = std::optional<std::vector<JsParameter>>;

JsParameter read_parameter(SourceCursor& cursor, int& patterns) {
  JsParameter parameter;
  while (cursor.take("@")) {
    cursor.next();
    while (cursor.take(".")) cursor.next();
    if (cursor.is("(")) cursor.skip();
  }
  parameter.rest = cursor.take("...");
  parameter.pattern = opens(cursor.peek());
  if (parameter.pattern) {
    parameter.name = "anon" + std::to_string(++patterns);
  } else {
    parameter.name = cursor.peek().raw;
  }
  cursor.skip();
  parameter.optional = cursor.take("?");
  if (cursor.take(":")) {
    const std::size_t begin = cursor.at();
    skip_type(cursor);
    parameter.type = cursor.text_since(begin);
  }
  if (cursor.take("=")) {
    const std::size_t begin = cursor.at();
    skip_expression(cursor);
    parameter.default_value = cursor.text_since(begin);
  }
  return parameter;
}

std::vector<JsParameter> read_parameters(SourceCursor inside) {
  std::vector<JsParameter> parameters;
  int patterns = 0;
  while (!inside.at_end()) {
    JsParameter parameter = read_parameter(inside, patterns);
    if (parameter.name != "this") parameters.push_back(std::move(parameter));
    skip_expression(inside);  // nothing, but where the source is wrong
    inside.take(",");
  }
  return parameters;
}

bool is_variable(const SourceCursor& cursor) {
  return cursor.is("const") || cursor.is("let") || cursor.is("var");
}

bool begins_statement(const SourceCursor& cursor) {
  return cursor.is(";") || cursor.is("export") || cursor.is("import") || cursor.is("function") ||
         cursor.is("class");
}

/// Whether a function behind this token is a value, whose name nobody else sees.
bool is_in_expression(const SourceToken& before) {
  return before.is("async") || (before.kind == SourceToken::punctuation &&
                                std::string_view("=>,?:|&+-~(").find(before.raw) != std::string_view::npos);
}

constexpr int most_aliases = 8;  // names and parentheses between an export and its function

/// What a script declares outside of all blocks, and what it exports under the entry's name.
class Declarations {
 public:
  Declarations(const SourceTokens& tokens, std::string_view entry)
      : all_(tokens, 0, tokens.size()), entry_(entry) {
    for (SourceCursor cursor = all_; !cursor.at_end(); cursor.skip()) {
      const bool exported = cursor.take("export");
      if (exported && cursor.is("{")) note_list(cursor);
      note_function(cursor, exported);
      note_variable(cursor, exported);
    }
  }

  Parameters of_entry() const { return local_.empty() ? std::nullopt : of_name(local_, 0); }

 private:
  void note(const SourceCursor& name, bool exported);
  void note_list(SourceCursor cursor);
  void note_function(SourceCursor cursor, bool exported);
  void note_variable(const SourceCursor& cursor, bool exported);
  Parameters of_name(std::string_view name, int aliases) const;
  Parameters of_value(SourceCursor cursor, int aliases) const;

  SourceCursor all_;
  std::string_view entry_;
  std::string_view local_;                          // the name in the file of what is exported as the entry
  std::map<std::string_view, std::size_t> places_;  // of each name, where it is last declared
  bool in_variables_ = false, in_exported_ = false;
};

void Declarations::note(const SourceCursor& name, bool exported) {
  places_[name.peek().raw] = name.at();
  if (exported && name.is(entry_)) local_ = entry_;
}

/// `export { f as main }`, but not that of another file.
void Declarations::note_list(SourceCursor cursor) {
  SourceCursor list = cursor.inside();
  if (cursor.is("from")) return;
  for (; !list.at_end(); list.take(",")) {
    const std::string_view exported = list.peek(1).is("as") ? list.peek(2).raw : list.peek().raw;
    if (exported == entry_) local_ = list.peek().raw;
    skip_expression(list);
  }
}

void Declarations::note_function(SourceCursor cursor, bool exported) {
  if (is_in_expression(cursor.before())) return;
  cursor.take("async");
  if (!cursor.take("function")) return;
  cursor.take("*");
  if (cursor.peek().kind == SourceToken::word) note(cursor, exported);
}

void Declarations::note_variable(const SourceCursor& cursor, bool exported) {
  if (begins_statement(cursor)) in_variables_ = false;
  if (is_variable(cursor)) {
    in_variables_ = true;
    in_exported_ = exported;
  }
  if (!in_variables_ || !(is_variable(cursor) || cursor.is(","))) return;
  if (cursor.peek(2).is("=") || cursor.peek(2).is(":")) note(cursor.from(cursor.at() + 1), in_exported_);
}

Parameters of_function(SourceCursor cursor) {
  cursor.take("*");
  if (cursor.peek().kind == SourceToken::word) cursor.next();
  if (cursor.is("<")) skip_angles(cursor);
  return cursor.is("(") ? Parameters(read_parameters(cursor.inside())) : std::nullopt;
}

Parameters Declarations::of_name(std::string_view name, int aliases) const {
  const auto place = places_.find(name);
  if (place == places_.end()) return std::nullopt;
  SourceCursor cursor = all_.from(place->second + 1);
  if (cursor.take(":")) skip_type(cursor);
  return cursor.take("=") ? of_value(cursor, aliases) : of_function(cursor);
}

/// Those of a function, an arrow function, one in parentheses, or of a name that stands for one.
Parameters Declarations::of_value(SourceCursor cursor, int aliases) const {
  if (aliases > most_aliases) return std::nullopt;
  if (!cursor.peek(1).is("=>")) cursor.take("async");
  if (cursor.take("function")) return of_function(cursor);
  const auto ends = [](const SourceCursor& at) {
    return at.at_end() || at.is(";") || at.is(",") || at.is("as") || at.is("satisfies") ||
           at.peek().after_newline;
  };
  if (cursor.peek().kind == SourceToken::word) {
    JsParameter only;
    only.name = cursor.peek().raw;
    cursor.next();
    if (cursor.is("=>")) return std::vector<JsParameter>{only};
    return ends(cursor) ? of_name(only.name, aliases + 1) : std::nullopt;
  }
  if (cursor.is("<")) skip_angles(cursor);
  if (!cursor.is("(")) return std::nullopt;
  const SourceCursor inside = cursor.inside();
  if (cursor.is("=>") || cursor.is(":")) return read_parameters(inside);
  return ends(cursor) ? of_value(inside, aliases + 1) : std::nullopt;
}

}  // namespace

Parameters js_parameters(std::string_view source, std::string_view entry) {
  const SourceTokens tokens = js_tokens(source);
  return Declarations(tokens, entry).of_entry();
}

bool js_type_is(std::string_view type, std::string_view kind) {
  bool found = false;
  const SourceTokens tokens = js_tokens(type);
  for (const SourceToken& token : tokens) {
    if (token.is("|") || token.is("null") || token.is("undefined")) continue;
    if (found || !token.is(kind)) return false;
    found = true;
  }
  return found;
}

}  // namespace towermill
