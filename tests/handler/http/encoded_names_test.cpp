#include "handler/http/encoded_names.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT

TEST_CASE("Of a form's name only what browsers escape is undone") {
  CHECK(decode_form_name("a%22b%0d%0Ac") == "a\"b\r\nc");
  CHECK(decode_form_name("100%.txt %41 %2522 %") == "100%.txt %41 %2522 %");
}

TEST_CASE("Encoded words are decoded, and blanks between two of them go") {
  CHECK(decode_words("=?UTF-8?B?w6kudHh0?=") == "\xC3\xA9.txt");
  CHECK(decode_words("=?utf-8?q?=C3=A9_a.txt?=") == "\xC3\xA9 a.txt");
  CHECK(decode_words("=?ISO-8859-1?Q?caf=E9?=") == "caf\xC3\xA9");
  CHECK(decode_words("=?utf-8*fr?B?w6k=?= \t=?utf-8?Q?b?=") ==
        "\xC3\xA9"
        "b");
  CHECK(decode_words("a =?utf-8?Q?b?= c") == "a b c");
}

TEST_CASE("What is no encoded word stays as it is") {
  for (const char* text : {"plain.txt", "=?", "=?utf-8?B?", "=?utf-8?X?abc?=", "=?utf-8?B?***?=",
                           "=?utf-8?Q?=G?=", "=?koi8-r?B?w6k=?=", "a=b?c"})
    CHECK(decode_words(text) == text);
}

TEST_CASE("Thousands of beginnings of encoded words cost linear time") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "=?a?q?";
  CHECK(decode_words(text) == text);
}

TEST_CASE("An extended value is decoded by its charset") {
  CHECK(*decode_extended("UTF-8''%e2%82%ac%20rates.txt") == "\xE2\x82\xAC rates.txt");
  CHECK(*decode_extended("iso-8859-1'en'%A3") == "\xC2\xA3");
  CHECK_FALSE(decode_extended("plain.txt"));
  CHECK_FALSE(decode_extended("UTF-8''%zz"));
  CHECK(decode_extended("koi8-r''x").error().message == "an extended value is in the charset koi8-r");
}
