#include "runner/languages/javascript/lexer.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace towermill {
namespace {

bool is_digit(char c) { return '0' <= c && c <= '9'; }

// Bytes beyond ASCII are letters: of a name, or of a text that is skipped anyway.
bool is_word(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || is_digit(c) || c == '_' || c == '$' ||
         c == '#' || c == '\\' || static_cast<unsigned char>(c) >= 0x80;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// After these words an expression begins, so that "/" begins a regular expression.
bool takes_expression(std::string_view word) {
  return is_one_of(word, {"return", "typeof", "case", "do", "else", "in", "instanceof", "new", "void",
                          "delete", "throw", "yield", "await", "of", "default", "extends"});
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<JsToken> all() {
    if (source_.starts_with("\xef\xbb\xbf")) at_ = 3;
    if (starts("#!")) to_line_end();
    for (skip_blanks(); at_ < source_.size(); skip_blanks()) add_next();
    return std::move(tokens_);
  }

 private:
  char here() const { return at_ < source_.size() ? source_[at_] : '\0'; }
  bool starts(std::string_view what) const { return source_.substr(at_).starts_with(what); }
  void advance(std::size_t count) { at_ = std::min(at_ + count, source_.size()); }
  void to_line_end() { at_ = std::min(source_.find('\n', at_), source_.size()); }

  void skip_blanks();
  void skip_comment();
  void add_next();
  void add(JsToken::Kind kind, std::size_t begin);
  void add_punctuation();
  void note_head(std::string_view mark);
  void skip_string(char quote);
  void add_template_characters();
  void skip_number();
  bool skip_regex();
  bool may_be_regex() const;

  std::string_view source_;
  std::size_t at_ = 0;
  bool newline_ = false;
  std::vector<JsToken> tokens_;
  // Of each open "(": whether the word before makes ")" the end of a head, as in "if (…) /x/.test(y)".
  std::vector<bool> heads_;
  bool after_head_ = false;
  enum class Brace { of_code, of_template };
  std::vector<Brace> braces_;  // those that are open
};

void Lexer::skip_blanks() {
  while (at_ < source_.size()) {
    const char c = here();
    if (c == '\n') newline_ = true;
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v') {
      ++at_;
    } else if (starts("//") || starts("/*")) {
      skip_comment();
    } else {
      return;
    }
  }
}

void Lexer::skip_comment() {
  if (starts("//")) return to_line_end();
  const std::size_t end = std::min(source_.find("*/", at_ + 2), source_.size());
  if (source_.substr(at_, end - at_).find('\n') != std::string_view::npos) newline_ = true;
  at_ = std::min(end + 2, source_.size());
}

void Lexer::add(JsToken::Kind kind, std::size_t begin) {
  tokens_.push_back({kind, source_.substr(begin, at_ - begin), newline_});
  newline_ = false;
}

void Lexer::add_next() {
  const std::size_t begin = at_;
  const char c = here();
  const bool number = is_digit(c) || (c == '.' && at_ + 1 < source_.size() && is_digit(source_[at_ + 1]));
  if (number) {
    skip_number();
    return add(JsToken::number, begin);
  }
  if (is_word(c)) {
    while (is_word(here())) ++at_;
    return add(JsToken::word, begin);
  }
  if (c == '"' || c == '\'') {
    skip_string(c);
    return add(JsToken::text, begin);
  }
  if (c == '`') return add_template_characters();
  if (c == '/' && may_be_regex() && skip_regex()) return add(JsToken::text, begin);
  add_punctuation();
}

void Lexer::add_punctuation() {
  const std::size_t begin = at_;
  if (here() == '}' && !braces_.empty()) {
    const Brace closed = braces_.back();
    braces_.pop_back();
    // The "}" stands for the characters that begin with it.
    if (closed == Brace::of_template) {
      tokens_.push_back({JsToken::punctuation, source_.substr(at_, 1), newline_});
      return add_template_characters();
    }
  }
  if (here() == '{') braces_.push_back(Brace::of_code);
  advance(starts("...") ? 3 : starts("=>") ? 2 : 1);
  note_head(source_.substr(begin, at_ - begin));
  add(JsToken::punctuation, begin);
}

void Lexer::note_head(std::string_view mark) {
  if (mark == "(") {
    heads_.push_back(!tokens_.empty() && tokens_.back().kind == JsToken::word &&
                     is_one_of(tokens_.back().raw, {"if", "while", "for", "with"}));
  }
  if (mark != ")") return;
  after_head_ = !heads_.empty() && heads_.back();
  if (!heads_.empty()) heads_.pop_back();
}

void Lexer::skip_string(char quote) {
  for (++at_; at_ < source_.size() && here() != quote && here() != '\n'; ++at_) {
    if (here() == '\\') ++at_;
  }
  advance(1);
}

// The characters of a template up to its end or to a "{" of it, whose "}" is where they go on.
void Lexer::add_template_characters() {
  const std::size_t begin = at_;
  for (advance(1); at_ < source_.size(); advance(here() == '\\' ? 2 : 1)) {
    if (here() == '`') {
      advance(1);
      break;
    }
    if (starts("${")) {
      advance(1);
      add(JsToken::text, begin);
      braces_.push_back(Brace::of_template);
      advance(1);
      return add(JsToken::punctuation, at_ - 1);
    }
  }
  add(JsToken::text, begin);
}

void Lexer::skip_number() {
  while (is_word(here()) || here() == '.') ++at_;
}

bool Lexer::skip_regex() {
  bool in_class = false;
  for (std::size_t at = at_ + 1; at < source_.size() && source_[at] != '\n'; ++at) {
    if (source_[at] == '\\') {
      ++at;
    } else if (source_[at] == '[' || source_[at] == ']') {
      in_class = source_[at] == '[';
    } else if (source_[at] == '/' && !in_class) {
      at_ = at + 1;
      while (is_word(here())) ++at_;
      return true;
    }
  }
  return false;
}

bool Lexer::may_be_regex() const {
  if (tokens_.empty()) return true;
  const JsToken& before = tokens_.back();
  if (before.kind == JsToken::word) return takes_expression(before.raw);
  if (before.kind != JsToken::punctuation) return false;
  if (before.raw == ")") return after_head_;
  if (before.raw == "}") return newline_;
  return before.raw != "]";
}

}  // namespace

std::vector<JsToken> js_tokens(std::string_view source) { return Lexer(source).all(); }

}  // namespace towermill
