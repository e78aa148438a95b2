#include "runner/languages/python/lexer.h"

#include <algorithm>
#include <cstddef>

namespace towermill {
namespace {

bool is_digit(char c) { return '0' <= c && c <= '9'; }

bool is_word(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || is_digit(c) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_prefix(std::string_view word) {
  return word.size() <= 2 && word.find_first_not_of("rRbBuUfFtT") == std::string_view::npos;
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  SourceTokens all() {
    for (skip_blanks(); at_ < source_.size(); skip_blanks()) add_next();
    return std::move(tokens_);
  }

 private:
  char here() const { return at_ < source_.size() ? source_[at_] : '\0'; }
  bool starts(std::string_view what) const { return source_.substr(at_).starts_with(what); }
  void advance(std::size_t count) { at_ = std::min(at_ + count, source_.size()); }

  void skip_blanks();
  void add_next();
  void skip_word() {
    while (is_word(here())) ++at_;
  }
  void skip_number();
  void skip_string();
  void add_punctuation();
  void add(SourceToken::Kind kind, std::size_t begin) {
    tokens_.push_back({kind, source_.substr(begin, at_ - begin), newline_});
    newline_ = false;
  }

  std::string_view source_;
  std::size_t at_ = 0;
  int brackets_ = 0;  // those that are open
  bool newline_ = true;
  SourceTokens tokens_;
};

void Lexer::skip_blanks() {
  for (; at_ < source_.size(); advance(1)) {
    const char c = here();
    if (c == '#') at_ = std::min(source_.find_first_of("\r\n", at_), source_.size());
    if (here() == '\n' || here() == '\r') {
      newline_ |= brackets_ == 0;
    } else if (c == '\\' && (starts("\\\n") || starts("\\\r"))) {
      advance(starts("\\\r\n") ? 2 : 1);
    } else if (c != '#' && c != ' ' && c != '\t' && c != '\f') {
      return;
    }
  }
}

void Lexer::add_next() {
  const std::size_t begin = at_;
  const bool number =
      is_digit(here()) || (here() == '.' && at_ + 1 < source_.size() && is_digit(source_[at_ + 1]));
  if (number) {
    skip_number();
    return add(SourceToken::number, begin);
  }
  skip_word();
  const bool quoted = here() == '"' || here() == '\'';
  if (quoted && is_prefix(source_.substr(begin, at_ - begin))) {
    skip_string();
    return add(SourceToken::text, begin);
  }
  if (at_ > begin) return add(SourceToken::word, begin);
  add_punctuation();
}

void Lexer::skip_number() {
  for (; is_word(here()) || here() == '.'; ++at_) {
    const bool exponent = (here() == 'e' || here() == 'E') && at_ + 1 < source_.size();
    if (exponent && (source_[at_ + 1] == '-' || source_[at_ + 1] == '+')) ++at_;
  }
}

/// A raw string, too, goes on behind a quote with a backslash before it.
void Lexer::skip_string() {
  const std::string_view quote = source_.substr(at_, 1);
  const bool triple = source_.size() - at_ >= 3 && source_[at_ + 1] == here() && source_[at_ + 2] == here();
  const std::string_view end = triple ? source_.substr(at_, 3) : quote;
  for (advance(end.size()); at_ < source_.size() && !starts(end); advance(here() == '\\' ? 2 : 1)) {
    if (!triple && here() == '\n') return;
  }
  advance(end.size());
}

void Lexer::add_punctuation() {
  const std::size_t begin = at_;
  if (std::string_view("([{").find(here()) != std::string_view::npos) ++brackets_;
  if (std::string_view(")]}").find(here()) != std::string_view::npos) brackets_ = std::max(0, brackets_ - 1);
  advance(starts("...") ? 3 : starts("->") || starts("**") ? 2 : 1);
  add(SourceToken::punctuation, begin);
}

}  // namespace

SourceTokens python_tokens(std::string_view source) { return Lexer(source).all(); }

}  // namespace towermill
