#include "handler/reply/reply.h"

#include <catch2/catch.hpp>

#include "tests/handler/reply/shown.h"

using namespace towermill;  // NOLINT

namespace {

std::string served(std::string json, const ReplyOptions& options = {}) {
  return shown(reply_to(Returned{std::move(json)}, options).response);
}

std::string failure(std::string_view json) {
  return "422 [Content-Type: application/json] " + std::string(json);
}
std::string verbatim(std::string_view json) {
  return "200 [Content-Type: application/json] " + std::string(json);
}
std::string refused(std::string_view text) { return "500 [Content-Type: text/plain] " + std::string(text); }

}  // namespace

TEST_CASE("A result without reserved keys is served whole, as the script wrote it") {
  const std::string json =
      GENERATE(as<std::string>{}, "null", "\"abc\"", "3.00", "[1, 2]", "true", "{\"result\":1}",
               "{ \"b\": 1.10, \"a\": 2,\"a\":3 }", "{\"windmill_status_code\":null,\"result\":1}",
               "{\"Windmill_Status_Code\":201}", "[201,\"text/csv\",null,null,\"x\"]",
               "123456789012345678901234567890");
  CHECK(served(json) == verbatim(json));
  CHECK(served(" \n" + json + "\t") == verbatim(json));
}

TEST_CASE("A status code comes with the result, and alone with nothing") {
  CHECK(served(R"({"windmill_status_code":201,"result":{"Hello":"World"}})") ==
        R"(201 [Content-Type: application/json] {"Hello":"World"})");
  CHECK(served(R"({"windmill_status_code":201})") == "201 [] ");
  CHECK(served(R"({"windmill_status_code":201,"result":null})") == "201 [] ");
  CHECK(served(R"({"wm_status_code":404,"result":"x"})") == R"(404 [Content-Type: application/json] "x")");
  CHECK(served(R"({"windmill_status_code":201,"result":{ "n":1.000 ,"m":1e2}})") ==
        R"(201 [Content-Type: application/json] { "n":1.000 ,"m":1e2})");
}

TEST_CASE("Of a reserved key and its alias the long one counts, unless it is null") {
  CHECK(served(R"({"wm_status_code":202,"windmill_status_code":201,"result":1})").starts_with("201 "));
  CHECK(served(R"({"wm_status_code":"x","windmill_status_code":201,"result":1})").starts_with("201 "));
  CHECK(served(R"({"wm_status_code":202,"windmill_status_code":null,"result":1})").starts_with("202 "));
}

TEST_CASE("Where a reserved key stands twice the last counts") {
  CHECK(served(R"({"windmill_status_code":201,"windmill_status_code":202,"result":1,"result":2})") ==
        "202 [Content-Type: application/json] 2");
  const std::string ends_null = R"({"windmill_status_code":201,"windmill_status_code":null,"result":1})";
  CHECK(served(ends_null) == verbatim(ends_null));
}

TEST_CASE("A reserved key of a wrong type makes the whole value the answer") {
  const std::string json = GENERATE(
      as<std::string>{}, R"({"windmill_status_code":"201","result":1})",
      R"({"windmill_status_code":true,"result":1})", R"({"windmill_content_type":5,"result":"a"})",
      R"({"windmill_headers":[],"result":1})", R"({"windmill_headers":{"X":1},"result":1})",
      R"({"windmill_headers":{"X":null},"result":1})", R"({"windmill_headers":{"X":["a",1]},"result":1})",
      R"({"windmill_headers":{"X":{}},"result":1})",
      R"({"windmill_content_transfer_encoding":64,"windmill_content_type":"a/b","result":"YQ=="})",
      R"({"windmill_status_code":201,"wm_headers":"X: y","result":1})");
  CHECK(served(json) == verbatim(json));
}

TEST_CASE("A number that is no status is 500 Invalid status code") {
  const std::string status =
      GENERATE(as<std::string>{}, "0", "42", "99", "100", "101", "199", "600", "999", "1000", "-1", "-201",
               "201.5", "70000", "1e3", "1e400", "201.0000000000000000000000001", "2e-2");
  CHECK(served("{\"windmill_status_code\":" + status + ",\"windmill_headers\":{\"X\":\"y\"},\"result\":1}") ==
        refused("Invalid status code"));
}

TEST_CASE("A status may be written as any number that is an integer") {
  const auto [status, expected] = GENERATE(table<std::string, std::string>({{"200", "200"},
                                                                            {"599", "599"},
                                                                            {"201.0", "201"},
                                                                            {"2e2", "200"},
                                                                            {"2.01E+2", "201"},
                                                                            {"20100e-2", "201"},
                                                                            {"0.00201e5", "201"}}));
  CHECK(served("{\"windmill_status_code\":" + status + ",\"result\":1}").starts_with(expected + " "));
}

TEST_CASE("204, 205 and 304 have no body and no content type") {
  const std::string status = GENERATE(as<std::string>{}, "204", "205", "304");
  CHECK(served("{\"windmill_status_code\":" + status +
               R"(,"windmill_content_type":"a/b","windmill_headers":{"ETag":"1"},"result":"x"})") ==
        status + " [ETag: 1] ");
  CHECK(served("{\"windmill_status_code\":" + status +
               R"(,"windmill_headers":{"content-type":"a/b"},"result":"x"})") == status + " [] ");
}

TEST_CASE("With a content type a string is sent as its own characters") {
  CHECK(served(R"({"windmill_content_type":"text/csv","result":"Hello;World"})") ==
        "200 [Content-Type: text/csv] Hello;World");
  CHECK(served(R"({"wm_content_type":"text/html; charset=utf-8","result":"<p>\n\u00e4"})") ==
        "200 [Content-Type: text/html; charset=utf-8] <p>\nä");
  CHECK(served(R"({"windmill_content_type":"text/csv","result":{"a":1}})") ==
        R"(200 [Content-Type: text/csv] {"a":1})");
  CHECK(served(R"({"windmill_content_type":"text/csv"})") == "204 [] ");
}

TEST_CASE("With string_body json a string keeps its quotes, as the manual of Windmill shows it") {
  ReplyOptions options;
  options.string_body = StringBody::json;
  CHECK(served(R"({"windmill_content_type":"text/csv","result":"Hello;World"})", options) ==
        R"(200 [Content-Type: text/csv] "Hello;World")");
}

TEST_CASE("Headers are added to the answer") {
  CHECK(served(R"({"windmill_headers":{"X-A":"b"},"result":1})") ==
        "200 [Content-Type: application/json|X-A: b] 1");
  CHECK(served(R"({"wm_headers":{"X-A":"b"}})") == "204 [X-A: b] ");
  CHECK(served(R"({"windmill_headers":{},"result":1})") == verbatim("1"));
  CHECK(served(R"({"windmill_headers":{"Set-Cookie":["a=1","b=2"],"X":[]},"result":1})") ==
        "200 [Content-Type: application/json|Set-Cookie: a=1|Set-Cookie: b=2] 1");
  CHECK(served(R"({"windmill_headers":{"X-A":"1","x-a":"2"},"result":1})") ==
        "200 [Content-Type: application/json|x-a: 2] 1");
}

TEST_CASE(
    "A Content-Type among the headers counts, but unquotes nothing and yields to windmill_content_type") {
  CHECK(served(R"({"windmill_headers":{"Content-Type":"text/html"},"result":"<p>"})") ==
        R"(200 [Content-Type: text/html] "<p>")");
  CHECK(served(R"({"windmill_headers":{"content-type":"text/html"},)"
               R"("windmill_content_type":"text/csv","result":"a"})") == "200 [Content-Type: text/csv] a");
}

TEST_CASE("A header that a script may not send is 500 with its name") {
  const std::string name =
      GENERATE(as<std::string>{}, "Content-Length", "TRANSFER-encoding", "Connection", "Keep-Alive",
               "Upgrade", "TE", "Trailer", "Status", "Proxy-Authenticate", "X-Accel-Redirect");
  const std::string answer = served("{\"windmill_headers\":{\"" + name + "\":\"x\"},\"result\":\"secret\"}");
  CHECK(answer.starts_with(refused("Internal: Invalid header name " + name + ": ")));
  CHECK(answer.find("secret") == std::string::npos);
}

TEST_CASE("A header that breaks out of its line is 500 with its name") {
  CHECK(served(R"({"windmill_headers":{"X-A":"b\r\nSet-Cookie: c"},"result":1})") ==
        refused("Internal: Invalid header value of X-A"));
  CHECK(served(R"({"windmill_headers":{"X-A":["ok","\u0000"]},"result":1})") ==
        refused("Internal: Invalid header value of X-A"));
  CHECK(served(R"({"windmill_headers":{"X A":"b"},"result":1})") ==
        refused("Internal: Invalid header name X A: it is no token"));
  CHECK(served(R"({"windmill_headers":{"":"b"},"result":1})") ==
        refused("Internal: Invalid header name : it is no token"));
}

TEST_CASE("The settings may let scripts steer nginx") {
  ReplyOptions options;
  options.allow_x_accel = true;
  CHECK(served(R"({"windmill_headers":{"X-Accel-Redirect":"/f"}})", options) ==
        "204 [X-Accel-Redirect: /f] ");
}

TEST_CASE("An illegal content type is 500") {
  CHECK(served(R"({"windmill_content_type":"text/html\r\nX: y","result":"a"})") ==
        refused(R"(Internal: Invalid content type text/html\x0d\x0aX: y)"));
  CHECK(served(R"({"windmill_content_type":"text/html; a=b\r\nX: y","result":"a"})") ==
        refused(R"(Internal: Invalid content type text/html; a=b\x0d\x0aX: y)"));
  CHECK(served(R"({"windmill_content_type":"","result":"a"})") == refused("Internal: Invalid content type "));
  CHECK(served(R"({"windmill_content_type":"csv","result":"a"})") ==
        refused("Internal: Invalid content type csv"));
  CHECK(served(R"({"windmill_headers":{"content-type":"text/"},"result":"a"})") ==
        refused("Internal: Invalid content type text/"));
}

TEST_CASE("A base64 result is decoded") {
  const std::string answer =
      served(R"({"windmill_content_transfer_encoding":"base64","windmill_content_type":"image/png",)"
             R"("result":"iVBO\u0050w=="})");
  CHECK(answer == "200 [Content-Type: image/png] \x89PN?");
}

TEST_CASE("A base64 result that cannot be decoded is 500 with the reason") {
  CHECK(served(R"({"windmill_content_transfer_encoding":"base64","result":"YQ=="})") ==
        refused("windmill_content_transfer_encoding requires windmill_content_type to be set"));
  CHECK(
      served(R"({"wm_content_transfer_encoding":"base64","wm_content_type":"a/b","result":1})") ==
      refused("windmill_content_transfer_encoding \"base64\" requires result to be a base64-encoded string"));
  CHECK(
      served(R"({"windmill_content_transfer_encoding":"base64","windmill_content_type":"a/b"})") ==
      refused("windmill_content_transfer_encoding \"base64\" requires result to be a base64-encoded string"));
  CHECK(served(R"({"windmill_content_transfer_encoding":"base64","windmill_content_type":"a/b",)"
               R"("result":"Y-=="})") ==
        refused("windmill_content_transfer_encoding is \"base64\" but the result is not valid base64: "
                "the character at offset 1 is no base64 digit"));
  CHECK(
      served(
          R"({"windmill_content_transfer_encoding":"gzip","windmill_content_type":"a/b","result":"YQ=="})") ==
      refused("Unsupported windmill_content_transfer_encoding \"gzip\" (only \"base64\" is supported)"));
}

TEST_CASE("wm_failure alone serves the whole object with an error") {
  CHECK(served(R"({"a":1,"wm_failure":"no \"stock\""})") ==
        failure(R"({"a":1,"wm_failure":"no \"stock\"",)"
                R"("error":{"name":"ManualFailure","message":"no \"stock\""}})"));
  CHECK(served(R"({"error":1,"wm_failure":"x","result":5})") ==
        failure(R"({"wm_failure":"x","result":5,"error":{"name":"ManualFailure","message":"x"}})"));
  CHECK(reply_to(Returned{R"({"wm_failure":"x"})"}, {}).word == "failure");
}

TEST_CASE("wm_failure beside another reserved key changes only the status") {
  CHECK(served(R"({"wm_failure":"x","windmill_headers":{"X":"y"},"result":5})") ==
        "422 [Content-Type: application/json|X: y] 5");
  CHECK(served(R"({"wm_failure":"x","windmill_status_code":409,"result":5})") ==
        "409 [Content-Type: application/json] 5");
  CHECK(reply_to(Returned{R"({"wm_failure":"x","windmill_status_code":409})"}, {}).word == "failure");
}

TEST_CASE("wm_failure that is no string is ignored") {
  const std::string json = R"({"wm_failure":5,"a":1})";
  CHECK(served(json) == verbatim(json));
  CHECK(served(R"({"wm_failure":true,"windmill_status_code":201,"result":1})").starts_with("201 "));
}

TEST_CASE("A result that cannot be served is a failure that says why") {
  CHECK(served("{\"a\":") == failure(R"({"error":{"name":"ExecutionErr","message":"execution error:\n)"
                                     R"(the result cannot be read as JSON: )"
                                     R"(no JSON value begins here at line 1, column 6"}})"));
  CHECK(served("").starts_with("422 "));
  CHECK(served("NaN").starts_with("422 "));
  CHECK(served(std::string(129, '[') + std::string(129, ']')).find("json_depth_limit 128") !=
        std::string::npos);
  ReplyOptions options;
  options.result_limit_bytes = 4;
  options.failure_status = 418;
  CHECK(served("1234", options) == verbatim("1234"));
  CHECK(
      served("12345", options) ==
      R"(418 [Content-Type: application/json] {"error":{"name":"ExecutionErr","message":"execution error:\n)"
      R"(the result is longer than result_limit_bytes 4"}})");
  CHECK(reply_to(Returned{"{"}, {}).word == "failure");
}

TEST_CASE("A failed script is answered with its error") {
  CHECK(shown(reply_to(Failed{"ValueError", "no \"x\"", "line 1\nline 2", {}}, {}).response) ==
        failure(R"({"error":{"name":"ValueError","message":"no \"x\"","stack":"line 1\nline 2"}})"));
  CHECK(shown(reply_to(Failed{"ExecutionErr", "exit", "", 3}, {}).response) ==
        failure(R"({"error":{"name":"ExecutionErr","message":"exit","exit_code":3}})"));
  ReplyOptions options;
  options.failure_status = 500;
  CHECK(reply_to(Failed{"E", "m", "", {}}, options).response.status == 500);
}

TEST_CASE("A run that gave nothing is answered with one line of text") {
  CHECK(shown(reply_to(TimedOut{30}, {}).response) == "504 [Content-Type: text/plain] timeout after 30s");
  CHECK(shown(reply_to(Cancelled{"the server stops"}, {}).response) ==
        "503 [Content-Type: text/plain|Retry-After: 1] the server stops");
  CHECK(shown(reply_to(BadArgs{"a NUL"}, {}).response) ==
        "400 [Content-Type: text/plain] Bad request: a NUL");
  const Response response =
      reply_to(NotStarted{"no interpreter for python3", "/usr/bin/python3"}, {}).response;
  CHECK(shown(response) == refused("Internal: no interpreter for python3"));
}

TEST_CASE("Each outcome has its word for the log") {
  CHECK(reply_to(Returned{"1"}, {}).word == "success");
  CHECK(reply_to(Failed{"E", "m", "", {}}, {}).word == "failure");
  CHECK(reply_to(TimedOut{1}, {}).word == "timeout");
  CHECK(reply_to(Cancelled{"r"}, {}).word == "cancelled");
  CHECK(reply_to(BadArgs{"m"}, {}).word == "refused");
  CHECK(reply_to(NotStarted{"m", ""}, {}).word == "not started");
}

TEST_CASE("A result of a hundred thousand members and a long string are served at once") {
  std::string json =
      "{\"windmill_content_type\":\"text/plain\",\"result\":\"" + std::string(4'000'000, 'x') + "\"";
  for (int i = 0; i < 100'000; ++i) json += ",\"k" + std::to_string(i) + "\":1";
  CHECK(reply_to(Returned{json + "}"}, {}).response.body.size() == 4'000'000);
}

TEST_CASE("More headers than a web server takes are refused in linear time") {
  std::string headers;
  for (int i = 0; i < 100'000; ++i) headers += (i == 0 ? "\"X" : ",\"X") + std::to_string(i) + "\":\"\"";
  CHECK(served(R"({"windmill_headers":{)" + headers + R"(},"result":1})") ==
        "500 [Content-Type: text/plain] Internal: windmill_headers are over 49152 bytes");
}

TEST_CASE("A content type given twice is refused") {
  CHECK(served(R"({"windmill_headers":{"Content-Type":["a/b","c/d"]},"result":1})") ==
        "500 [Content-Type: text/plain] Internal: Invalid content type given more than once");
}
