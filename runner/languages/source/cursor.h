#pragma once
// Walking over the tokens of a script, past what brackets hold as a whole.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "runner/languages/source/token.h"

namespace towermill {

/// Whether the token is a bracket of one of the three kinds, "<" aside.
bool opens(const SourceToken& token);
bool closes(const SourceToken& token);

/// A place in the tokens; behind their end stands an empty one. Refers to them.
class SourceCursor {
 public:
  SourceCursor(const SourceTokens& tokens, std::size_t at, std::size_t end)
      : tokens_(&tokens), at_(at), end_(end) {}
  explicit SourceCursor(const SourceTokens& tokens) : SourceCursor(tokens, 0, tokens.size()) {}

  std::size_t at() const { return at_; }
  bool at_end() const { return at_ >= end_; }
  const SourceToken& peek(std::size_t ahead = 0) const {
    static const SourceToken nothing{SourceToken::punctuation, "", true};
    return at_ + ahead < end_ ? (*tokens_)[at_ + ahead] : nothing;
  }
  const SourceToken& before() const {
    static const SourceToken beginning{SourceToken::punctuation, ";", true};
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
  SourceCursor inside();
  /// What stands before the next of these marks, brackets being skipped, or before the end; then at it.
  SourceCursor up_to(std::initializer_list<std::string_view> marks);
  SourceCursor from(std::size_t place) const { return SourceCursor(*tokens_, place, end_); }
  /// From here up to that place, or the end.
  SourceCursor up_to_place(std::size_t place) const {
    return SourceCursor(*tokens_, at_, place < end_ ? place : end_);
  }
  /// The source from `begin` up to here.
  std::string text_since(std::size_t begin) const;

 private:
  const SourceTokens* tokens_;
  std::size_t at_, end_;
};

}  // namespace towermill
