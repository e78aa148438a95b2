#pragma once
// The words of a script in PHP: enough to find a function and read its parameters.

#include <string_view>

#include "runner/languages/source/token.h"

namespace towermill {

/// The tokens of what stands in `source` between `<?php` and `?>`, without comments. "=>" and "..." are one
/// token, every other mark one of its own; a variable has its "$", a name its namespaces. Where the source is
/// no PHP the tokens are what can be made of it. Linear time.
SourceTokens php_tokens(std::string_view source);

}  // namespace towermill
