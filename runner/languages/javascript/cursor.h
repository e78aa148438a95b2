#pragma once
// Walking over the tokens of a script: past brackets, types and expressions as a whole.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runner/languages/javascript/lexer.h"

namespace towermill {

using JsTokens = std::vector<JsToken>;

/// Whether the token is a bracket of one of the three kinds, "<" aside.
bool opens(const JsToken& token);
bool closes(const JsToken& token);

/// A place in the tokens; behind their end stands an empty one. Refers to them.
class JsCursor {
 public:
  JsCursor(const JsTokens& tokens, std::size_t at, std::size_t end) : tokens_(&tokens), at_(at), end_(end) {}

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
  void skip();
  /// What stands between the brackets here; then past them.
  JsCursor inside();
  JsCursor from(std::size_t place) const { return JsCursor(*tokens_, place, end_); }
  /// The source from `begin` up to here.
  std::string text_since(std::size_t begin) const;

 private:
  const JsTokens* tokens_;
  std::size_t at_, end_;
};

/// Past "<…>" of a type.
void skip_angles(JsCursor& cursor);
/// Past a type: up to "," or "=" or the end.
void skip_type(JsCursor& cursor);
/// Past an expression: up to "," or the end.
void skip_expression(JsCursor& cursor);

}  // namespace towermill
