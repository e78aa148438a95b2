#pragma once
// The words of a script, in whatever language: enough to find a function and read its parameters.

#include <string_view>
#include <vector>

namespace towermill {

struct SourceToken {
  enum Kind { word, number, text, punctuation };  // text: a string, or what else is read as a whole
  Kind kind;
  std::string_view raw;  // a slice of the source
  bool after_newline;    // a line ends between the token before and this one

  bool is(std::string_view what) const { return raw == what && kind != text; }
};

using SourceTokens = std::vector<SourceToken>;

}  // namespace towermill
