#include "handler/http/message.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT

TEST_CASE("A request gives its first header of a name") {
  const Request request{"GET", {}, "", {{"x-a", "1"}, {"x-a", "2"}}, ""};
  CHECK(request.header("x-a") == "1");
  CHECK(request.header("x-b").empty());
}

TEST_CASE("A text response is one line of plain text, whatever is put into it") {
  const Response response = text_response(404, "Not found: a\r\nSet-Cookie: b");
  CHECK(response.status == 404);
  CHECK(response.body == "Not found: a\\x0d\\x0aSet-Cookie: b");
  REQUIRE(response.headers.size() == 1);
  CHECK(response.headers[0].name == "Content-Type");
  CHECK(response.headers[0].value == "text/plain");
}

TEST_CASE("A header name is a token") {
  CHECK(is_header_name("X-Sign_1!#$%&'*+.^`|~"));
  for (const char* name :
       {"", "X A", "X:", "X\r", "X\n", "(X)", "X/Y", "\xC3\xA4", "X\"", "X\x7f", "X=Y", "X,Y", "X;Y"}) {
    CHECK_FALSE(is_header_name(name));
  }
}

TEST_CASE("A header value has no control character but the tab") {
  CHECK(is_header_value(""));
  CHECK(is_header_value("a\tb; c=\"d\" \xC3\xA4"));
  CHECK_FALSE(is_header_value(std::string(1, '\0')));
  for (const char* value : {"a\r\nb", "a\n", "\r", "\x1b", "\x7f"}) CHECK_FALSE(is_header_value(value));
}
