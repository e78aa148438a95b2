#include <catch2/catch.hpp>

#include "tests/handler/args/shown.h"

using namespace towermill;  // NOLINT

TEST_CASE("A body of another type is 415 with a sentence") {
  CHECK(args_of(post_as("image/PNG; a=b", "x")) ==
        "415 Unsupported media type: a body of type image/png cannot become args without raw=true");
  CHECK(args_of(post_as("multipart/mixed; boundary=x", "")).starts_with("415 "));
}

TEST_CASE("With raw=true a body of any type is raw_string") {
  CHECK(args_of(post_as("application/x-ndjson", "{}\n{}\n"), "raw=true") == R"({"raw_string":"{}\n{}\n"})");
}

TEST_CASE("With raw=true bytes that are no UTF-8 are raw_base64") {
  CHECK(args_of(post_as("image/png", "\x89PNG"), "raw=true") == R"({"raw_base64":"iVBORw=="})");
}
