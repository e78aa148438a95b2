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

/// The length of the line end that `text` begins with, 0 where it begins with none.
std::size_t line_end_length(std::string_view text) {
  if (text.starts_with("\r\n")) return 2;
  if (text.starts_with('\n') || text.starts_with('\r')) return 1;
  return text.starts_with("\u2028") || text.starts_with("\u2029") ? 3 : 0;
}

/// The length of the blank that `text` begins with, 0 where it begins with none. What was copied from a page
/// or a document often has some beyond ASCII.
std::size_t blank_length(std::string_view text) {
  if (const std::size_t length = line_end_length(text)) return length;
  if (static_cast<unsigned char>(text[0]) < 0x80)
    return std::string_view(" \t\f\v").find(text[0]) == std::string_view::npos ? 0 : 1;
  if (text.starts_with("\u00a0")) return 2;
  const std::string_view letter = text.substr(0, 3);
  const bool en_quad_to_hair_space = "\u2000" <= letter && letter <= "\u200a";
  return en_quad_to_hair_space || is_one_of(letter, {"\u1680", "\u202f", "\u205f", "\u3000", "\ufeff"}) ? 3
                                                                                                        : 0;
}

// After these words an expression begins, so that "/" begins a regular expression.
bool takes_expression(std::string_view word) {
  return is_one_of(word, {"return", "typeof", "case", "do", "else", "in", "instanceof", "new", "void",
                          "delete", "throw", "yield", "await", "of", "default", "extends"});
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  SourceTokens all() {
    if (source_.starts_with("\xef\xbb\xbf")) at_ = 3;
    if (starts("#!")) to_line_end();
    for (skip_blanks(); at_ < source_.size(); skip_blanks()) add_next();
    return std::move(tokens_);
  }

 private:
  char here() const { return at_ < source_.size() ? source_[at_] : '\0'; }
  bool starts(std::string_view what) const { return rest().starts_with(what); }
  void advance(std::size_t count) { at_ = std::min(at_ + count, source_.size()); }
  std::string_view rest() const { return source_.substr(at_); }
  bool at_line_end() const { return at_ == source_.size() || line_end_length(rest()) != 0; }
  void to_line_end() {
    while (!at_line_end()) ++at_;
  }

  void skip_blanks();
  void skip_comment();
  void add_next();
  void add(SourceToken::Kind kind, std::size_t begin);
  void add_punctuation();
  void note_head(std::string_view mark);
  void skip_word();
  void skip_string(char quote);
  void add_template_characters();
  void skip_number();
  bool skip_regex();
  bool ends_operand() const;

  std::string_view source_;
  std::size_t at_ = 0;
  bool newline_ = false;
  SourceTokens tokens_;
  // Of each open "(": whether the word before makes ")" the end of a head, as in "if (…) /x/.test(y)".
  std::vector<bool> heads_;
  bool after_head_ = false;
  std::size_t no_regex_until_ = 0;  // what begins before is none that ends in its line
  enum class Brace { of_code, of_template };
  std::vector<Brace> braces_;  // those that are open
};

void Lexer::skip_blanks() {
  while (at_ < source_.size()) {
    if (at_line_end()) newline_ = true;
    if (const std::size_t length = blank_length(rest())) {
      at_ += length;
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
  for (; at_ < end; ++at_) newline_ |= at_line_end();
  advance(2);
}

void Lexer::add(SourceToken::Kind kind, std::size_t begin) {
  tokens_.push_back({kind, source_.substr(begin, at_ - begin), newline_});
  newline_ = false;
}

void Lexer::add_next() {
  const std::size_t begin = at_;
  const char c = here();
  const bool number = is_digit(c) || (c == '.' && at_ + 1 < source_.size() && is_digit(source_[at_ + 1]));
  if (number) {
    skip_number();
    return add(SourceToken::number, begin);
  }
  if (is_word(c)) {
    skip_word();
    return add(SourceToken::word, begin);
  }
  if (c == '"' || c == '\'') {
    skip_string(c);
    return add(SourceToken::text, begin);
  }
  if (c == '`') return add_template_characters();
  if (c == '/' && !ends_operand() && skip_regex()) return add(SourceToken::text, begin);
  add_punctuation();
}

void Lexer::add_punctuation() {
  const std::size_t begin = at_;
  if (here() == '}' && !braces_.empty()) {
    const Brace closed = braces_.back();
    braces_.pop_back();
    // The "}" stands for the characters that begin with it.
    if (closed == Brace::of_template) {
      tokens_.push_back({SourceToken::punctuation, source_.substr(at_, 1), newline_});
      return add_template_characters();
    }
  }
  if (here() == '{') braces_.push_back(Brace::of_code);
  advance(starts("...") ? 3 : starts("=>") ? 2 : 1);
  note_head(source_.substr(begin, at_ - begin));
  add(SourceToken::punctuation, begin);
}

void Lexer::note_head(std::string_view mark) {
  if (mark == "(") {
    heads_.push_back(!tokens_.empty() && tokens_.back().kind == SourceToken::word &&
                     is_one_of(tokens_.back().raw, {"if", "while", "for", "with"}));
  }
  if (mark != ")") return;
  after_head_ = !heads_.empty() && heads_.back();
  if (!heads_.empty()) heads_.pop_back();
}

void Lexer::skip_word() {
  while (is_word(here()) && blank_length(rest()) == 0) ++at_;
}

void Lexer::skip_string(char quote) {
  for (++at_; at_ < source_.size() && here() != quote && here() != '\n' && here() != '\r'; advance(1)) {
    if (here() != '\\') continue;
    advance(1);
    if (starts("\r\n")) advance(1);
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
      add(SourceToken::text, begin);
      braces_.push_back(Brace::of_template);
      advance(1);
      return add(SourceToken::punctuation, at_ - 1);
    }
  }
  add(SourceToken::text, begin);
}

void Lexer::skip_number() {
  while (is_word(here()) || here() == '.') ++at_;
}

bool Lexer::skip_regex() {
  if (at_ < no_regex_until_) return false;
  bool in_class = false;
  std::size_t at = at_ + 1;
  for (; at < source_.size() && line_end_length(source_.substr(at)) == 0; ++at) {
    if (source_[at] == '\\') {
      ++at;
    } else if (source_[at] == '[' || source_[at] == ']') {
      in_class = source_[at] == '[';
    } else if (source_[at] == '/' && !in_class) {
      at_ = at + 1;
      skip_word();
      return true;
    }
  }
  no_regex_until_ = at;
  return false;
}

/// Whether the tokens so far end with an operand, so that "/" divides it.
bool Lexer::ends_operand() const {
  std::size_t count = tokens_.size();
  const auto is = [&](std::size_t back, std::string_view mark) {
    return count >= back && tokens_[count - back].is(mark);
  };
  const auto is_twice = [&](std::string_view mark) {
    return is(1, mark) && is(2, mark) && tokens_[count - 2].raw.end() == tokens_[count - 1].raw.begin();
  };
  // Past what may stand behind an operand, "a!" and "a++"; before one it has an operator before itself.
  for (std::size_t marks = 1; marks != 0; count -= marks) {
    marks = is(1, "!") ? 1 : is_twice("+") || is_twice("-") ? 2 : 0;
    if (marks != 0 && tokens_[count - marks].after_newline) return false;
  }
  if (count == 0) return false;
  const SourceToken& last = tokens_[count - 1];
  if (last.kind == SourceToken::word) return is(2, ".") || !takes_expression(last.raw);
  if (last.kind != SourceToken::punctuation) return true;
  if (last.raw == ")") return !after_head_;
  if (last.raw == "}") return !newline_;
  return last.raw == "]";
}

}  // namespace

SourceTokens js_tokens(std::string_view source) { return Lexer(source).all(); }

}  // namespace towermill
