#include "runner/base/text.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT

TEST_CASE("Text is lowered, trimmed, split and compared by bytes of ASCII") {
  CHECK(to_lower("AbZ[\xC4") == "abz[\xC4");
  CHECK(trim(" \t\r\na b\n ") == "a b");
  CHECK(trim(" \n ").empty());
  CHECK(split("a,,b", ',') == std::vector<std::string>{"a", "", "b"});
  CHECK(split("", ',') == std::vector<std::string>{""});
  CHECK(split("a,", ',') == std::vector<std::string>{"a", ""});
  CHECK(equals_ignoring_case("X-Sign", "x-sIGN"));
  CHECK_FALSE(equals_ignoring_case("X-Sign", "X-Sig"));
  CHECK_FALSE(equals_ignoring_case("[", "{"));
}

TEST_CASE("Well-formed UTF-8 is told from what only looks like it") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("a\x7Fä€😀\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF"));
  CHECK(is_utf8(std::string(1, '\0')));
  for (const char* bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x82", "\xE2\x82z", "\xC3\x28"}) {
    CHECK_FALSE(is_utf8(bad));
  }
  CHECK(utf8_prefix("ab\xC3\xA4\xFFz") == 4);
}

TEST_CASE("A place in a text is counted in lines and characters") {
  CHECK(place("abc", 0) == "line 1, column 1");
  CHECK(place("abc", 3) == "line 1, column 4");
  CHECK(place("ä\n€😀x", 10) == "line 2, column 3");
  CHECK(place("a\n", 2) == "line 2, column 1");
}

TEST_CASE("Printable text shows controls and stray bytes and keeps the rest") {
  CHECK(printable("a\tb ä€") == "a\tb ä€");
  CHECK(printable("a\r\nb\x1b[0m\x7f") == "a\\x0d\\x0ab\\x1b[0m\\x7f");
  CHECK(printable("\xFFz\xC3") == "\\xffz\\xc3");
  CHECK(printable("\xC2\x9B"
                  "31m\xC2\xA0") == "\\xc2\\x9b31m\xC2\xA0");
}

TEST_CASE("An integer is read with nothing around it") {
  CHECK(to_integer("0") == 0);
  CHECK(to_integer("-42") == -42);
  CHECK(to_integer("9223372036854775807") == INT64_MAX);
  for (const char* bad : {"", " 1", "1 ", "+1", "1.0", "0x1", "9223372036854775808", "-", "1e3"}) {
    CHECK_FALSE(to_integer(bad));
  }
}

TEST_CASE("Bytes are shown in lower-case hex") { CHECK(to_hex("\xAB\x7f\x01") == "ab7f01"); }

TEST_CASE("A path is cut at its last slash") {
  CHECK(folder_of("/a/b/c") == "/a/b");
  CHECK(file_name_of("/a/b/c") == "c");
  CHECK(folder_of("c").empty());
  CHECK(file_name_of("c") == "c");
}
