#pragma once
// The text as RapidJSON's reader gets to see it. For json.cpp alone.

#include <cstddef>
#include <string_view>

namespace towermill {

// The text as the reader gets to see it: outside strings, of a run of digits all but the leading zeros and
// the first other one are hidden. The reader computes each number while it reads; without this it would
// refuse 1e400 and 400-digit integers, and overflow on long exponents. The slices come from the text itself.
class DigitHidingStream {
 public:
  using Ch = char;

  explicit DigitHidingStream(std::string_view text) : text_(text) {}

  Ch Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  std::size_t Tell() const { return at_; }

  Ch Take() {
    if (at_ == text_.size()) return '\0';
    const char taken = text_[at_++];
    if (taken == '"' && !escaped_) in_string_ = !in_string_;
    escaped_ = in_string_ && taken == '\\' && !escaped_;
    if (!in_string_ && taken >= '1' && taken <= '9') hide_digits();
    return taken;
  }

  // The reader's template names these for in-place parsing, which we never ask for.
  Ch* PutBegin() { return nullptr; }
  void Put(Ch) {}
  std::size_t PutEnd(Ch*) { return 0; }

 private:
  void hide_digits() {
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace towermill
