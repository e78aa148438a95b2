#pragma once
// The words of a script in JavaScript or TypeScript: enough to find a function and read its parameters.

#include <string_view>

#include "runner/languages/source/token.h"

namespace towermill {

/// The tokens of `source`, without comments. "=>" and "..." are one token, every other mark of punctuation is
/// one of its own (">=" is two), so that the brackets of types stand alone; so do the braces of a template's
/// "${…}", and the tokens between them. Where the source is no JavaScript
/// the tokens are what can be made of it; the runtime tells what is wrong. Linear time.
SourceTokens js_tokens(std::string_view source);

}  // namespace towermill
