#pragma once
// A name for what is made of several texts.

#include <string>
#include <string_view>
#include <utility>

namespace towermill {

/// Two are equal where the same texts were added, in the same order; none of them has a NUL in it.
class Key {
 public:
  Key() { text_.reserve(mostly_bytes); }

  void add(std::string_view text) { (text_ += text) += '\0'; }
  template <class Texts>
  void add_all(const Texts& texts) {
    for (const auto& text : texts) add(text);
    add("");
  }
  std::string take() { return std::move(text_); }

 private:
  static constexpr std::size_t mostly_bytes = 2048;  // with an environment in it
  std::string text_;
};

}  // namespace towermill
