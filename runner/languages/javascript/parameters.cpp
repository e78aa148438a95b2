#include "runner/languages/javascript/parameters.h"

#include <algorithm>
#include <map>
#include <utility>

#include "runner/base/text.h"
#include "runner/languages/javascript/lexer.h"

namespace towermill {
namespace {

using Tokens = std::vector<JsToken>;
using Parameters = std::optional<std::vector<JsParameter>>;

bool opens(const JsToken& token) { return token.is("(") || token.is("[") || token.is("{"); }
bool closes(const JsToken& token) { return token.is(")") || token.is("]") || token.is("}"); }

/// A place in the tokens; behind their end stands an empty one.
class Cursor {
 public:
  Cursor(const Tokens& tokens, std::size_t at, std::size_t end) : tokens_(&tokens), at_(at), end_(end) {}

  std::size_t at() const { return at_; }
  bool at_end() const { return at_ >= end_; }
  const JsToken& peek(std::size_t ahead = 0) const {
    static const JsToken nothing{JsToken::punctuation, "", true};
    return at_ + ahead < end_ ? (*tokens_)[at_ + ahead] : nothing;
  }
  const JsToken& before() const {
    static const JsToken beginning{JsToken::punctuation, ";", true};
    return at_ == 0 ? beginning : (*tokens_)[at_ - 1];
  }
  bool is(std::string_view what) const { return peek().is(what); }
  void next() { ++at_; }
  bool take(std::string_view what) {
    if (!is(what)) return false;
    ++at_;
    return true;
  }
  /// Past one token, or past all that a bracket holds.
  void skip() {
    int depth = 0;
    do {
      if (opens(peek())) ++depth;
      if (closes(peek())) --depth;
      next();
    } while (depth > 0 && !at_end());
  }
  /// What stands between the brackets here; then past them.
  Cursor inside() {
    const std::size_t begin = at_ + 1;
    skip();
    return Cursor(*tokens_, begin, std::max(begin, std::min(at_, end_) - 1));
  }
  Cursor from(std::size_t place) const { return Cursor(*tokens_, place, end_); }
  /// The source from `begin` up to here.
  std::string text_since(std::size_t begin) const {
    const std::size_t last = std::min(at_, end_);
    if (begin >= last) return "";
    const char* from = (*tokens_)[begin].raw.data();
    const std::string_view end = (*tokens_)[last - 1].raw;
    return {from, static_cast<std::size_t>(end.data() + end.size() - from)};
  }

 private:
  const Tokens* tokens_;
  std::size_t at_, end_;
};

/// Past "<…>" of a type.
void skip_angles(Cursor& cursor) {
  int depth = 0;
  do {
    if (cursor.is("<")) ++depth;
    if (cursor.is(">")) --depth;
    cursor.skip();
  } while (depth > 0 && !cursor.at_end());
}

/// Past a type: up to "," or "=" or the end.
void skip_type(Cursor& cursor) {
  while (!cursor.at_end() && !cursor.is(",") && !cursor.is("=")) {
    if (cursor.is("<")) {
      skip_angles(cursor);
    } else {
      cursor.skip();
    }
  }
}

/// Whether "<" begins type arguments, as in `new Map<string, number>()`, and is no comparison: only what a
/// type may hold stands up to its ">", and then a call begins.
bool has_type_arguments(Cursor cursor) {
  constexpr std::size_t most_tokens = 200;  // looked at for each "<" there is
  const std::size_t begin = cursor.at();
  int depth = 0;
  do {
    const JsToken& token = cursor.peek();
    if (token.is("<")) ++depth;
    if (token.is(">")) --depth;
    const bool in_type = token.kind != JsToken::punctuation || opens(token) || token.is("=>") ||
                         std::string_view("<>,.|&?").find(token.raw) != std::string_view::npos;
    if (!in_type) return false;
    cursor.skip();
  } while (depth > 0 && !cursor.at_end() && cursor.at() - begin < most_tokens);
  return depth == 0 && cursor.is("(");
}

/// Past an expression: up to "," or the end.
void skip_expression(Cursor& cursor) {
  while (!cursor.at_end() && !cursor.is(",")) {
    if (cursor.is("<") && has_type_arguments(cursor)) {
      skip_angles(cursor);
    } else {
      cursor.skip();
    }
  }
}

JsParameter read_parameter(Cursor& cursor, int& patterns) {
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

std::vector<JsParameter> read_parameters(Cursor inside) {
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

bool is_variable(const Cursor& cursor) { return cursor.is("const") || cursor.is("let") || cursor.is("var"); }

bool begins_statement(const Cursor& cursor) {
  return cursor.is(";") || cursor.is("export") || cursor.is("import") || cursor.is("function") ||
         cursor.is("class");
}

/// Whether a function behind this token is a value, whose name nobody else sees.
bool is_in_expression(const JsToken& before) {
  return before.is("async") || (before.kind == JsToken::punctuation &&
                                std::string_view("=>,?:|&+-~(").find(before.raw) != std::string_view::npos);
}

constexpr int most_aliases = 8;  // names and parentheses between an export and its function

/// What a script declares outside of all blocks, and what it exports under the entry's name.
class Declarations {
 public:
  Declarations(const Tokens& tokens, std::string_view entry) : all_(tokens, 0, tokens.size()), entry_(entry) {
    for (Cursor cursor = all_; !cursor.at_end(); cursor.skip()) {
      const bool exported = cursor.take("export");
      if (exported && cursor.is("{")) note_list(cursor);
      note_function(cursor, exported);
      note_variable(cursor, exported);
    }
  }

  Parameters of_entry() const { return local_.empty() ? std::nullopt : of_name(local_, 0); }

 private:
  void note(const Cursor& name, bool exported);
  void note_list(Cursor cursor);
  void note_function(Cursor cursor, bool exported);
  void note_variable(const Cursor& cursor, bool exported);
  Parameters of_name(std::string_view name, int aliases) const;
  Parameters of_value(Cursor cursor, int aliases) const;

  Cursor all_;
  std::string_view entry_;
  std::string_view local_;                          // the name in the file of what is exported as the entry
  std::map<std::string_view, std::size_t> places_;  // of each name, where it is last declared
  bool in_variables_ = false, in_exported_ = false;
};

void Declarations::note(const Cursor& name, bool exported) {
  places_[name.peek().raw] = name.at();
  if (exported && name.is(entry_)) local_ = entry_;
}

/// `export { f as main }`, but not that of another file.
void Declarations::note_list(Cursor cursor) {
  Cursor list = cursor.inside();
  if (cursor.is("from")) return;
  for (; !list.at_end(); list.take(",")) {
    const std::string_view exported = list.peek(1).is("as") ? list.peek(2).raw : list.peek().raw;
    if (exported == entry_) local_ = list.peek().raw;
    skip_expression(list);
  }
}

void Declarations::note_function(Cursor cursor, bool exported) {
  if (is_in_expression(cursor.before())) return;
  cursor.take("async");
  if (!cursor.take("function")) return;
  cursor.take("*");
  if (cursor.peek().kind == JsToken::word) note(cursor, exported);
}

void Declarations::note_variable(const Cursor& cursor, bool exported) {
  if (begins_statement(cursor)) in_variables_ = false;
  if (is_variable(cursor)) {
    in_variables_ = true;
    in_exported_ = exported;
  }
  if (!in_variables_ || !(is_variable(cursor) || cursor.is(","))) return;
  if (cursor.peek(2).is("=") || cursor.peek(2).is(":")) note(cursor.from(cursor.at() + 1), in_exported_);
}

Parameters of_function(Cursor cursor) {
  cursor.take("*");
  if (cursor.peek().kind == JsToken::word) cursor.next();
  if (cursor.is("<")) skip_angles(cursor);
  return cursor.is("(") ? Parameters(read_parameters(cursor.inside())) : std::nullopt;
}

Parameters Declarations::of_name(std::string_view name, int aliases) const {
  const auto place = places_.find(name);
  if (place == places_.end()) return std::nullopt;
  Cursor cursor = all_.from(place->second + 1);
  if (cursor.take(":")) skip_type(cursor);
  return cursor.take("=") ? of_value(cursor, aliases) : of_function(cursor);
}

/// Those of a function, an arrow function, one in parentheses, or of a name that stands for one.
Parameters Declarations::of_value(Cursor cursor, int aliases) const {
  if (aliases > most_aliases) return std::nullopt;
  if (!cursor.peek(1).is("=>")) cursor.take("async");
  if (cursor.take("function")) return of_function(cursor);
  const auto ends = [](const Cursor& at) {
    return at.at_end() || at.is(";") || at.is(",") || at.is("as") || at.is("satisfies") ||
           at.peek().after_newline;
  };
  if (cursor.peek().kind == JsToken::word) {
    JsParameter only;
    only.name = cursor.peek().raw;
    cursor.next();
    if (cursor.is("=>")) return std::vector<JsParameter>{only};
    return ends(cursor) ? of_name(only.name, aliases + 1) : std::nullopt;
  }
  if (cursor.is("<")) skip_angles(cursor);
  if (!cursor.is("(")) return std::nullopt;
  const Cursor inside = cursor.inside();
  if (cursor.is("=>") || cursor.is(":")) return read_parameters(inside);
  return ends(cursor) ? of_value(inside, aliases + 1) : std::nullopt;
}

}  // namespace

Parameters js_parameters(std::string_view source, std::string_view entry) {
  const Tokens tokens = js_tokens(source);
  return Declarations(tokens, entry).of_entry();
}

bool js_type_is(std::string_view type, std::string_view kind) {
  bool found = false;
  const Tokens tokens = js_tokens(type);
  for (const JsToken& token : tokens) {
    if (token.is("|") || token.is("null") || token.is("undefined")) continue;
    if (found || !token.is(kind)) return false;
    found = true;
  }
  return found;
}

}  // namespace towermill
