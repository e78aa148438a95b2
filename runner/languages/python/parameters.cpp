#include "runner/languages/python/parameters.h"

#include <optional>
#include <utility>

#include "runner/languages/python/annotations.h"
#include "runner/languages/python/lexer.h"
#include "runner/languages/python/literals.h"

namespace towermill {
namespace {

/// What stands in a script outside of all blocks.
class Module {
 public:
  Module(std::string_view source, const SourceTokens& tokens, std::string_view entry)
      : source_(source), all_(tokens), entry_(entry) {
    for (SourceCursor cursor = all_; !cursor.at_end(); cursor.skip()) {
      if (begins_statement(cursor.peek())) note(cursor);
    }
  }

  std::optional<std::vector<Parameter>> parameters();

 private:
  bool begins_statement(const SourceToken& token) const {
    const char* begin = token.raw.data();
    return token.after_newline && (begin == source_.data() || begin[-1] == '\n' || begin[-1] == '\r');
  }
  SourceCursor statement(SourceCursor cursor) const;
  void note(SourceCursor cursor);
  void note_name(std::string_view name, SourceCursor behind);
  void note_class(SourceCursor cursor);
  Parameter parameter(SourceCursor one);

  std::string_view source_;
  SourceCursor all_;
  std::string_view entry_;
  std::optional<SourceCursor> function_;  // behind the name of the entry, where that is a function now
  PythonAnnotations annotations_;
};

/// From here up to the end of its line.
SourceCursor Module::statement(SourceCursor cursor) const {
  SourceCursor end = cursor;
  while (!end.at_end() && !end.peek().after_newline && !end.is(";")) end.next();
  return all_.from(cursor.at()).up_to_place(end.at());
}

void Module::note(SourceCursor cursor) {
  cursor.take("async");
  const std::string_view name = cursor.peek(1).raw;
  if (cursor.is("def")) {
    if (name == entry_) function_ = cursor.from(cursor.at() + 2);
  } else if (cursor.is("class")) {
    note_class(cursor);
  } else if (cursor.is("type") && cursor.peek(2).is("=")) {
    note_name(name, cursor.from(cursor.at() + 3));
  } else if (cursor.peek().kind == SourceToken::word) {
    const std::string_view assigned = cursor.peek().raw;
    cursor.next();
    if (cursor.take(":")) cursor.up_to({"="});
    if (cursor.take("=") && !cursor.is("=")) note_name(assigned, cursor);
  }
}

void Module::note_name(std::string_view name, SourceCursor behind) {
  if (name == entry_) function_.reset();
  annotations_.declare_alias(name, statement(behind));
}

void Module::note_class(SourceCursor cursor) {
  const std::string_view name = cursor.peek(1).raw;
  if (name == entry_) function_.reset();
  cursor = cursor.from(cursor.at() + 2);
  if (cursor.is("[")) cursor.skip();
  if (!cursor.is("(")) return;
  for (SourceCursor bases = cursor.inside(); !bases.at_end(); bases.skip()) {
    if (bases.is("TypedDict")) annotations_.declare_typed_dict(name);
  }
}

/// `name: annotation = default`
Parameter Module::parameter(SourceCursor one) {
  const std::string_view name = one.peek().raw;
  one.next();
  std::optional<SchemaType> type;
  if (one.take(":")) type = annotations_.read(one.up_to({"="}));
  ParameterDefault standard;
  if (one.take("=")) standard = {true, literal_at(one, python_literals())};
  return make_parameter(std::string(name), type, std::move(standard));
}

/// Past one parameter: a lambda as a default has commas of its own.
void skip_parameter(SourceCursor& cursor) {
  for (; !cursor.at_end() && !cursor.is(","); cursor.skip()) {
    if (cursor.is("lambda")) cursor.up_to({":"});
  }
}

std::optional<std::vector<Parameter>> Module::parameters() {
  if (!function_) return std::nullopt;
  SourceCursor cursor = *function_;
  if (cursor.is("[")) cursor.skip();
  if (!cursor.is("(")) return std::nullopt;
  std::vector<Parameter> found;
  for (SourceCursor inside = cursor.inside(); !inside.at_end(); inside.take(",")) {
    const std::size_t begin = inside.at();
    skip_parameter(inside);
    const SourceCursor one = inside.from(begin).up_to_place(inside.at());
    if (one.peek().kind == SourceToken::word) found.push_back(parameter(one));
  }
  return found;
}

}  // namespace

std::optional<std::vector<Parameter>> python_parameters(std::string_view source, std::string_view name) {
  if (source.starts_with("\xef\xbb\xbf")) source.remove_prefix(3);
  const SourceTokens tokens = python_tokens(source);
  return Module(source, tokens, name).parameters();
}

}  // namespace towermill
