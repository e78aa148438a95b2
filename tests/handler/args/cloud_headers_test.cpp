#include <catch2/catch.hpp>

#include "tests/handler/args/shown.h"

using namespace towermill;  // NOLINT

namespace {

std::vector<Header> event_headers(std::string type) {
  return {{"ce-specversion", "1.0"},
          {"ce-id", "a%20b"},
          {"ce-source", "100%"},
          {"x-other", "1"},
          {"content-type", std::move(type)}};
}

constexpr std::string_view envelope =
    R"("WEBHOOK__METADATA__":{"specversion":"1.0","id":"a b","source":"100%","datacontenttype":)";

}  // namespace

TEST_CASE("A binary cloud event's body is the args, its envelope WEBHOOK__METADATA__") {
  CHECK(args_of(post(R"({"a":1})", event_headers("application/json"))) ==
        R"({"a":1,)" + std::string(envelope) + R"("application/json"}})");
  CHECK(args_of(post("[1]", event_headers("application/json"))) ==
        R"({"body":[1],)" + std::string(envelope) + R"("application/json"}})");
  CHECK(args_of(post("hi", event_headers("text/plain"))) ==
        R"({"raw_string":"hi",)" + std::string(envelope) + R"("text/plain"}})");
}

TEST_CASE("A value of a cloud event's header may be quoted, then percent-encoded") {
  const std::pair<const char*, const char*> rows[] = {
      {R"("hot \"tea\" %22now%22")", R"(hot \"tea\" \"now\")"},
      {R"(a "b c" d)", "a b c d"},
      {R"("a\\b")", R"(a\\b)"},
      {R"(5" of rain)", R"(5\" of rain)"},
      {"Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro \xE2\x82\xAC \xF0\x9F\x98\x80"},
  };
  for (const auto& [value, meant] : rows)
    CHECK(args_of(post("{}", {{"ce-specversion", "1.0"}, {"ce-id", value}})) ==
          R"({"WEBHOOK__METADATA__":{"specversion":"1.0","id":")" + std::string(meant) + "\"}}");
}

TEST_CASE("A cloud event's header that is no UTF-8 is 400") {
  for (const char* value : {"caf%E9", "%ED%A0%80", "caf\xE9"})
    CHECK(args_of(post("{}", {{"ce-specversion", "1.0"}, {"ce-id", value}})) ==
          "400 Bad request: invalid utf8: the header ce-id");
}

TEST_CASE("Without ce-specversion there is no cloud event") {
  CHECK(args_of(post("{}", {{"ce-id", "1"}})) == "{}");
}

TEST_CASE("A structured cloud event's envelope is not that of its headers") {
  CHECK(args_of(post(R"({"id":"1"})", event_headers("application/CloudEvents+json"))) ==
        R"({"WEBHOOK__METADATA__":{"id":"1"}})");
}
