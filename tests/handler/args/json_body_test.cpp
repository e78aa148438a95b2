#include <catch2/catch.hpp>

#include "tests/handler/args/shown.h"

using namespace towermill;  // NOLINT

TEST_CASE("A JSON object is the args, its text untouched") {
  CHECK(args_of(post("{\"a\": 1.0, \"b\":[ ]}")) == "{\"a\": 1.0, \"b\":[ ]}");
  CHECK(args_of(post("{\"n\":123456789012345678901234567890}")) == "{\"n\":123456789012345678901234567890}");
  CHECK(args_of(post("{}", {{"content-type", "application/json"}})) == "{}");
  CHECK(args_of(post("{}", {{"content-type", "Application/JSON ; charset=utf-8"}})) == "{}");
}

TEST_CASE("White space around the body changes nothing") {
  CHECK(args_of(post(" \r\n\t{\"a\":1}\n")) == "{\"a\":1}");
  CHECK(args_of(post(" [1]\n")) == "{\"body\":[1]}");
}

TEST_CASE("An empty body means no args, with and without a content type") {
  CHECK(args_of(post("")) == "{}");
  CHECK(args_of(post("", {{"content-type", "application/json"}})) == "{}");
  CHECK(args_of(post("\n")) == "{}");
  CHECK(args_of(post(""), "wrap_body=true") == "{}");
}

TEST_CASE("Any other JSON value becomes the arg body") {
  CHECK(args_of(post("[1, 2]")) == "{\"body\":[1, 2]}");
  CHECK(args_of(post("1e400")) == "{\"body\":1e400}");
  CHECK(args_of(post("\"x\"")) == "{\"body\":\"x\"}");
  CHECK(args_of(post("null")) == "{\"body\":null}");
}

TEST_CASE("wrap_body wraps objects too") {
  CHECK(args_of(post("{\"a\":1}"), "wrap_body=true") == "{\"body\":{\"a\":1}}");
  CHECK(args_of(post(" {\"a\":1} "), "wrap_body") == "{\"body\":{\"a\":1}}");
  CHECK(args_of(post("{\"a\":1}"), "wrap_body=0") == "{\"a\":1}");
  CHECK(args_of(post("{}"), "wrap_body=yes") ==
        "400 Bad request: the query parameter wrap_body is true or false, not \"yes\"");
}

TEST_CASE("Of duplicate names the last value wins, in the first place") {
  CHECK(args_of(post("{\"a\":1,\"b\": 2 ,\"a\":{\"x\":1,\"x\":2}}")) == "{\"a\":{\"x\":1,\"x\":2},\"b\":2}");
  CHECK(args_of(post("{\"a\":1,\"\\u0061\":2,\"a\":3,\"c\":4}")) == "{\"a\":3,\"c\":4}");
}

TEST_CASE("A hundred thousand names, each twice, are settled at once") {
  std::string body = "{\"z\":0";
  for (int i = 0; i < 200'000; ++i) body += ",\"k" + std::to_string(i % 100'000) + "\":" + std::to_string(i);
  const std::string args = args_of(post(body + "}"));
  CHECK(args.starts_with("{\"z\":0,\"k0\":100000,\"k1\":100001,"));
  CHECK(args.ends_with(",\"k99999\":199999}"));
}

TEST_CASE("Bad JSON is 400 with the place") {
  CHECK(args_of(post("{\"a\":1,}")) ==
        "400 Bad request: invalid json: a member needs a name in double quotes at line 1, column 8");
  CHECK(args_of(post(std::string(129, '[') + std::string(129, ']')))
            .starts_with("400 Bad request: invalid json: it nests deeper than json_depth_limit 128"));
}

TEST_CASE("Bad UTF-8 is 400 with the place") {
  CHECK(args_of(post("{\"a\":\n\"b\xFF\"}")) ==
        "400 Bad request: invalid utf8: a byte is no UTF-8 at line 2, column 3");
}

TEST_CASE("The depth limit is the setting's") {
  CHECK(args_of(post("[[[1]]]"), "", {.json_depth_limit = 2})
            .starts_with("400 Bad request: invalid json: it nests deeper than json_depth_limit 2"));
}
