#pragma once
// The words of a script in JavaScript or TypeScript: enough to find a function and read its parameters.

#include <string_view>
#include <vector>

namespace towermill {

struct JsToken {
  enum Kind { word, number, text, punctuation };  // text: a string, a regular expression, template characters
  Kind kind;
  std::string_view raw;  // a slice of the source
  bool after_newline;    // a line ends between the token before and this one

  bool is(std::string_view what) const { return raw == what && kind != text; }
};

/// The tokens of `source`, without comments. "=>" and "..." are one token, every other mark of punctuation is
/// one of its own (">=" is two), so that the brackets of types stand alone; so do the braces of a template's
/// "${…}", and the tokens between them. Where the source is no JavaScript
/// the tokens are what can be made of it; the runtime tells what is wrong. Linear time.
std::vector<JsToken> js_tokens(std::string_view source);

}  // namespace towermill
