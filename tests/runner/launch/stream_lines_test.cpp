#include "runner/launch/stream_lines.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

using Texts = std::vector<std::string>;

Texts shown(const std::vector<std::string>& pieces) {
  StreamLines lines;
  Texts found;
  for (const std::string& piece : pieces)
    lines.append(piece, [&](std::string_view text) { found.emplace_back(text); });
  return found;
}

}  // namespace

TEST_CASE("Lines that begin with the mark are shown without it, however they are cut") {
  CHECK(shown({"WM_STREAM: a\nlog\nWM_STREAM: b\n"}) == Texts{"a", "b"});
  CHECK(shown({"WM_STR", "EAM: a", "b\nWM", "_STREAM: \n"}) == Texts{"ab", ""});
  CHECK(shown({"x WM_STREAM: a\n", "WM_STREAM:a\n", "\n", "WM_STREAM: open"}).empty());
  CHECK(shown({"WM", "X\nWM_STREAM: a\n"}) == Texts{"a"});
}

TEST_CASE("A line end within what is said is written with a backslash") {
  CHECK(shown({"WM_STREAM: a\\nb\\\\c\n"}) == Texts{"a\nb\\\\c"});
}

TEST_CASE("A line that is too long is none, and the next is one again") {
  CHECK(shown({"WM_STREAM: " + std::string(StreamLines::longest_line_bytes, 'x'), "\nWM_STREAM: a\n"}) ==
        Texts{"a"});
}
