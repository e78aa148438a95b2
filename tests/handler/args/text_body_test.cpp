#include <catch2/catch.hpp>

#include "tests/handler/args/shown.h"

using namespace towermill;  // NOLINT

TEST_CASE("Text and XML are raw_string") {
  for (const char* type : {"text/plain", "Text/Plain; charset=utf-8", "application/xml", "text/xml"})
    CHECK(args_of(post_as(type, "<a>\"\xC3\xA9\"</a>")) == "{\"raw_string\":\"<a>\\\"\xC3\xA9\\\"</a>\"}");
  CHECK(args_of(post_as("text/plain", "")) == R"({"raw_string":""})");
  CHECK(args_of(post_as("text/plain", "{\"a\":1}"), "wrap_body=true&raw=true") ==
        R"({"raw_string":"{\"a\":1}"})");
}

TEST_CASE("Text that is no UTF-8 is 400, and with raw=true raw_base64") {
  CHECK(args_of(post_as("text/plain", "a\nb\xE9")) ==
        "400 Bad request: invalid utf8: a byte is no UTF-8 at line 2, column 2");
  CHECK(args_of(post_as("text/plain", "b\xE9"), "raw=true") == R"({"raw_base64":"Yuk="})");
}
