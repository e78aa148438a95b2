#include "handler/args/args.h"

#include <catch2/catch.hpp>

#include "runner/base/crypto.h"
#include "runner/base/json.h"
#include "tests/handler/args/shown.h"

using namespace towermill;  // NOLINT

namespace {

std::string args_of_get(std::string_view query) { return args_of(get(), query); }

}  // namespace

TEST_CASE("A body with a content encoding is 415") {
  CHECK(args_of(post("\x1f\x8b", {{"content-encoding", "gzip"}, {"content-type", "application/json"}})) ==
        "415 Unsupported media type: a body with Content-Encoding gzip is not decoded");
  CHECK(args_of(post("{}", {{"content-encoding", "Identity"}})) == "{}");
}

TEST_CASE("A GET request's args are its payload") {
  const std::string text = "{\"q\":\"\xC3\xBB\xC3\xBF\xC3\xBE?~~>\"}";
  std::string url_safe = base64_encode(text);
  for (char& c : url_safe) c = c == '+' ? '-' : c == '/' ? '_' : c;
  CHECK(args_of_get("payload=" + base64_encode(text)) == text);  // "+" and "=" not escaped by the client
  CHECK(args_of_get("payload=" + url_safe.substr(0, url_safe.find('='))) == text);
  CHECK(args_of_get("payload=eyJhIjoxLCJhIjoyfQ%3D%3D") == "{\"a\":2}");
  CHECK(args_of_get("") == "{}");
  CHECK(args_of_get("other=1") == "{}");
}

TEST_CASE("A payload with a plus sign reaches the script though the query made it a blank") {
  const std::string text = "{\"a\":\"~~>\"}";
  REQUIRE(base64_encode(text).find('+') != std::string::npos);
  CHECK(args_of_get("payload=" + base64_encode(text)) == text);
}

TEST_CASE("A bad payload is 400") {
  CHECK(args_of_get("payload=***").starts_with("400 Bad request: invalid payload: not base64: "));
  CHECK(args_of_get("payload=WzFd") == "400 Bad request: invalid payload: it is no JSON object");
  CHECK(args_of_get("payload=ew").starts_with("400 Bad request: invalid payload: "));
  CHECK(args_of_get("payload=").starts_with("400 Bad request: invalid payload: "));
}

TEST_CASE("raw adds the exact bytes of the body as raw_string") {
  CHECK(args_of(post(" {\"a\": 1}\n"), "raw=true") == R"({"a":1,"raw_string":" {\"a\": 1}\n"})");
  CHECK(args_of(post("[1]"), "raw") == R"({"body":[1],"raw_string":"[1]"})");
  CHECK(args_of(post(""), "raw=1") == R"({"raw_string":""})");
  CHECK(args_of(post("{}"), "raw=false") == "{}");
  CHECK(args_of_get("raw=true") == "{}");
}

TEST_CASE("include_header adds headers under their names in lower case") {
  const Posted request = post("{}", {{"x-sign", "a\"b"}, {"foo", "1"}});
  CHECK(args_of(request, "include_header=X-Sign,%20FOO,absent,,") == R"({"x_sign":"a\"b","foo":"1"})");
}

TEST_CASE("The setting include_headers adds headers of every request") {
  const Posted request = post("{}", {{"x-sign", "a"}, {"foo", "1"}});
  ArgsAsked asked;
  asked.include_header = {"Foo"};
  CHECK(shown(make_args(request.head, {.bytes = request.body}, Query(), asked,
                        {.include_headers = {"X-Sign"}})) == R"({"x_sign":"a","foo":"1"})");
}

TEST_CASE("include_query adds values of the query by name") {
  CHECK(args_of(post("{}"), "include_query=a,B,c&a=1&B=x%20y&b=2") == R"({"a":"1","B":"x y"})");
  CHECK(args_of_get("include_query=flag&flag") == R"({"flag":""})");
  CHECK(args_of_get("include_query=a&a=%FF") == "400 Bad request: invalid utf8: the query parameter a");
}

TEST_CASE("The token that let the caller in becomes no arg, whoever asks for it") {
  const Posted request =
      post("{}", {{"authorization", "Bearer T0ken"}, {"cookie", "a=1; token=T0ken"}, {"x-a", "b"}});
  ArgsAsked asked;
  asked.include_header = {"authorization", "Cookie", "x-a"};
  asked.include_query = {"token", "t"};
  const auto told = [&] {
    return shown(make_args(request.head, {.bytes = request.body}, *Query::parse("token=T0ken&t=1"), asked,
                           {.include_headers = {"Authorization"}}));
  };
  CHECK(told().find("T0ken") != std::string::npos);
  asked.token = "T0ken";
  CHECK(told() == R"({"x_a":"b","t":"1"})");
}

TEST_CASE("The later wins: body, headers, query, extra args, raw_string") {
  const std::string body = R"({"a":"body","b":"body","c":"body","d":"body","raw_string":"body"})";
  const Posted request = post(body, {{"b", "header"}, {"c", "header"}, {"d", "header"}});
  ArgsAsked asked;
  asked.include_header = {"b", "c", "d", "raw-string"};
  asked.include_query = {"c", "d", "raw_string"};
  asked.extra = {{"d", "\"first\""}, {"d", "\"extra\""}};
  asked.raw = Raw::added;
  CHECK(shown(make_args(request.head, {.bytes = request.body},
                        *Query::parse("c=query&d=query&raw_string=query"), asked, {})) ==
        R"({"a":"body","b":"header","c":"query","d":"extra","raw_string":)" + json_quote(body) + "}");
}

TEST_CASE("Headers and query values are added to a payload too") {
  const Posted request = get({{"b", "header"}});
  CHECK(args_of(request, "payload=" + base64_encode(R"({"a":1,"b":1,"c":1})") +
                             "&include_header=b&include_query=c&c=query") ==
        R"({"a":1,"b":"header","c":"query"})");
}
