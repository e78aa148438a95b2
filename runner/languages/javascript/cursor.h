#pragma once
// Walking over the tokens of a script in JavaScript or TypeScript: past types and expressions as a whole.

#include "runner/languages/source/cursor.h"

namespace towermill {

/// Past "<…>" of a type.
void skip_angles(SourceCursor& cursor);
/// Past a type: up to "," or "=" or the end.
void skip_type(SourceCursor& cursor);
/// Past an expression: up to "," or the end.
void skip_expression(SourceCursor& cursor);

}  // namespace towermill
