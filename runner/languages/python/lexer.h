#pragma once
// The words of a script in Python: enough to find a function and read its parameters.

#include <string_view>

#include "runner/languages/source/token.h"

namespace towermill {

/// The tokens of `source`, without comments. "->", "**" and "..." are one token, every other mark one of its
/// own; a string has its prefix. after_newline is true where a statement begins, so not in brackets. Where
/// the source is no Python the tokens are what can be made of it. Linear time.
SourceTokens python_tokens(std::string_view source);

}  // namespace towermill
