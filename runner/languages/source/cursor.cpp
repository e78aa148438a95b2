#include "runner/languages/source/cursor.h"

#include <algorithm>

namespace towermill {

bool opens(const SourceToken& token) { return token.is("(") || token.is("[") || token.is("{"); }
bool closes(const SourceToken& token) { return token.is(")") || token.is("]") || token.is("}"); }

void SourceCursor::skip() {
  int depth = 0;
  do {
    if (opens(peek())) ++depth;
    if (closes(peek())) --depth;
    next();
  } while (depth > 0 && !at_end());
}

SourceCursor SourceCursor::inside() {
  const std::size_t begin = at_ + 1;
  skip();
  return {*tokens_, begin, std::max(begin, std::min(at_, end_) - 1)};
}

SourceCursor SourceCursor::up_to(std::initializer_list<std::string_view> marks) {
  const std::size_t begin = at_;
  const auto at_mark = [&] {
    return std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) { return is(mark); });
  };
  while (!at_end() && !at_mark()) skip();
  return {*tokens_, begin, std::min(at_, end_)};
}

std::string SourceCursor::text_since(std::size_t begin) const {
  const std::size_t last = std::min(at_, end_);
  if (begin >= last) return "";
  const char* from = (*tokens_)[begin].raw.data();
  const std::string_view end = (*tokens_)[last - 1].raw;
  return {from, static_cast<std::size_t>(end.data() + end.size() - from)};
}

}  // namespace towermill
