#include "runner/languages/javascript/cursor.h"

#include <algorithm>

namespace towermill {
namespace {

/// Whether "<" begins type arguments, as in `new Map<string, number>()`, and is no comparison: only what a
/// type may hold stands up to its ">", and then a call begins.
bool has_type_arguments(JsCursor cursor) {
  constexpr std::size_t most_tokens = 200;  // looked at for each "<" there is
  const std::size_t begin = cursor.at();
  int depth = 0;
  do {
    const JsToken& token = cursor.peek();
    if (token.is("<")) ++depth;
    if (token.is(">")) --depth;
    const bool in_type = token.kind != JsToken::punctuation || opens(token) || token.is("=>") ||
                         std::string_view("<>,.|&?").find(token.raw) != std::string_view::npos;
    if (!in_type) return false;
    cursor.skip();
  } while (depth > 0 && !cursor.at_end() && cursor.at() - begin < most_tokens);
  return depth == 0 && cursor.is("(");
}

}  // namespace

bool opens(const JsToken& token) { return token.is("(") || token.is("[") || token.is("{"); }
bool closes(const JsToken& token) { return token.is(")") || token.is("]") || token.is("}"); }

void JsCursor::skip() {
  int depth = 0;
  do {
    if (opens(peek())) ++depth;
    if (closes(peek())) --depth;
    next();
  } while (depth > 0 && !at_end());
}

JsCursor JsCursor::inside() {
  const std::size_t begin = at_ + 1;
  skip();
  return {*tokens_, begin, std::max(begin, std::min(at_, end_) - 1)};
}

std::string JsCursor::text_since(std::size_t begin) const {
  const std::size_t last = std::min(at_, end_);
  if (begin >= last) return "";
  const char* from = (*tokens_)[begin].raw.data();
  const std::string_view end = (*tokens_)[last - 1].raw;
  return {from, static_cast<std::size_t>(end.data() + end.size() - from)};
}

void skip_angles(JsCursor& cursor) {
  int depth = 0;
  do {
    if (cursor.is("<")) ++depth;
    if (cursor.is(">")) --depth;
    cursor.skip();
  } while (depth > 0 && !cursor.at_end());
}

void skip_type(JsCursor& cursor) {
  while (!cursor.at_end() && !cursor.is(",") && !cursor.is("=")) {
    if (cursor.is("<")) {
      skip_angles(cursor);
    } else {
      cursor.skip();
    }
  }
}

void skip_expression(JsCursor& cursor) {
  while (!cursor.at_end() && !cursor.is(",")) {
    if (cursor.is("<") && has_type_arguments(cursor)) {
      skip_angles(cursor);
    } else {
      cursor.skip();
    }
  }
}

}  // namespace towermill
