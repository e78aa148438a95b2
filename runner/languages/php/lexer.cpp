#include "runner/languages/php/lexer.h"

#include <algorithm>
#include <cstddef>

#include "runner/base/text.h"

namespace towermill {
namespace {

bool is_digit(char c) { return '0' <= c && c <= '9'; }

bool is_word(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || is_digit(c) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'; }

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  SourceTokens all() {
    skip_text();
    for (skip_blanks(); at_ < source_.size(); skip_blanks()) add_next();
    return std::move(tokens_);
  }

 private:
  char here() const { return at_ < source_.size() ? source_[at_] : '\0'; }
  std::string_view rest() const { return source_.substr(at_); }
  bool starts(std::string_view what) const { return rest().starts_with(what); }
  void advance(std::size_t count) { at_ = std::min(at_ + count, source_.size()); }

  void skip_text();
  void skip_blanks();
  void skip_line_comment();
  void add_next();
  void skip_word() {
    while (is_word(here()) || (here() == '\\' && at_ + 1 < source_.size() && is_word(source_[at_ + 1])))
      ++at_;
  }
  void skip_number() {
    while (is_word(here()) || here() == '.') ++at_;
  }
  void skip_string(char quote);
  bool skip_heredoc();
  void add_punctuation();
  void add(SourceToken::Kind kind, std::size_t begin) {
    tokens_.push_back({kind, source_.substr(begin, at_ - begin), newline_});
    newline_ = false;
  }

  std::string_view source_;
  std::size_t at_ = 0;
  bool newline_ = true;
  SourceTokens tokens_;
};

/// What stands outside of PHP's marks is printed as it is.
void Lexer::skip_text() {
  while (at_ < source_.size()) {
    at_ = std::min(source_.find("<?", at_), source_.size());
    if (starts("<?=")) return advance(3);
    if (equals_ignoring_case(rest().substr(0, 5), "<?php")) return advance(5);
    advance(2);
  }
}

void Lexer::skip_blanks() {
  while (at_ < source_.size()) {
    if (is_blank(here())) {
      newline_ |= here() == '\n';
      ++at_;
    } else if (starts("//") || (here() == '#' && !starts("#["))) {
      skip_line_comment();
    } else if (starts("/*")) {
      at_ = std::min(source_.find("*/", at_ + 2), source_.size());
      advance(2);
    } else if (starts("?>")) {
      advance(2);
      skip_text();
    } else {
      return;
    }
  }
}

/// It ends where PHP does, too.
void Lexer::skip_line_comment() {
  while (at_ < source_.size() && here() != '\n' && here() != '\r' && !starts("?>")) ++at_;
}

void Lexer::add_next() {
  const std::size_t begin = at_;
  const char c = here();
  if (is_digit(c) || (c == '.' && at_ + 1 < source_.size() && is_digit(source_[at_ + 1]))) {
    skip_number();
    return add(SourceToken::number, begin);
  }
  if (c == '"' || c == '\'' || c == '`') {
    skip_string(c);
    return add(SourceToken::text, begin);
  }
  if (starts("<<<") && skip_heredoc()) return add(SourceToken::text, begin);
  if (c == '$' || c == '\\') advance(1);
  skip_word();
  if (at_ > begin + (c == '$' || c == '\\' ? 1 : 0)) return add(SourceToken::word, begin);
  at_ = begin;
  add_punctuation();
}

void Lexer::skip_string(char quote) {
  for (++at_; at_ < source_.size() && here() != quote;) advance(here() == '\\' ? 2 : 1);
  advance(1);
}

/// `<<<WORD … WORD`, the word in quotes or not: the first line that begins with it, blanks aside, is the end.
bool Lexer::skip_heredoc() {
  constexpr std::size_t longest_word = 100;
  std::string_view line = rest().substr(3, longest_word);
  if (line.find('\n') == std::string_view::npos) return false;
  line = trim(line.substr(0, line.find('\n')));
  if (line.size() > 2 && (line.front() == '"' || line.front() == '\''))
    line = line.substr(1, line.size() - 2);
  if (line.empty() || !std::all_of(line.begin(), line.end(), is_word)) return false;
  while (at_ < source_.size()) {
    at_ = std::min(source_.find('\n', at_), source_.size() - 1) + 1;
    while (here() == ' ' || here() == '\t') ++at_;
    if (starts(line) && (at_ + line.size() == source_.size() || !is_word(source_[at_ + line.size()]))) break;
  }
  advance(line.size());
  return true;
}

void Lexer::add_punctuation() {
  const std::size_t begin = at_;
  advance(starts("...") ? 3 : starts("=>") ? 2 : 1);
  add(SourceToken::punctuation, begin);
}

}  // namespace

SourceTokens php_tokens(std::string_view source) { return Lexer(source).all(); }

}  // namespace towermill
