#include "runner/languages/javascript/cursor.h"

#include <cstddef>
#include <string_view>

namespace towermill {
namespace {

/// Whether "<" begins type arguments, as in `new Map<string, number>()`, and is no comparison: only what a
/// type may hold stands up to its ">", and then a call begins.
bool has_type_arguments(SourceCursor cursor) {
  constexpr std::size_t most_tokens = 200;  // looked at for each "<" there is
  const std::size_t begin = cursor.at();
  int depth = 0;
  do {
    const SourceToken& token = cursor.peek();
    if (token.is("<")) ++depth;
    if (token.is(">")) --depth;
    const bool in_type = token.kind != SourceToken::punctuation || opens(token) || token.is("=>") ||
                         std::string_view("<>,.|&?").find(token.raw) != std::string_view::npos;
    if (!in_type) return false;
    cursor.skip();
  } while (depth > 0 && !cursor.at_end() && cursor.at() - begin < most_tokens);
  return depth == 0 && cursor.is("(");
}

}  // namespace

void skip_angles(SourceCursor& cursor) {
  int depth = 0;
  do {
    if (cursor.is("<")) ++depth;
    if (cursor.is(">")) --depth;
    cursor.skip();
  } while (depth > 0 && !cursor.at_end());
}

void skip_type(SourceCursor& cursor) {
  while (!cursor.at_end() && !cursor.is(",") && !cursor.is("=")) {
    if (cursor.is("<")) {
      skip_angles(cursor);
    } else {
      cursor.skip();
    }
  }
}

void skip_expression(SourceCursor& cursor) {
  while (!cursor.at_end() && !cursor.is(",")) {
    if (cursor.is("<") && has_type_arguments(cursor)) {
      skip_angles(cursor);
    } else {
      cursor.skip();
    }
  }
}

}  // namespace towermill
