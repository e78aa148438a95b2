#include "handler/reply/errors.h"

#include <catch2/catch.hpp>

#include "tests/handler/reply/shown.h"

using namespace towermill;  // NOLINT

TEST_CASE("The server's errors are one line of text with their status") {
  CHECK(shown(error_response(ServerError::script_not_found, "f/x/y")) ==
        "404 [Content-Type: text/plain] Not found: script not found at name f/x/y");
  CHECK(shown(error_response(ServerError::unauthorized)) ==
        "401 [Content-Type: text/plain|WWW-Authenticate: Bearer] Unauthorized");
  CHECK(shown(error_response(ServerError::method_not_allowed, "GET, POST")) ==
        "405 [Content-Type: text/plain|Allow: GET, POST] Method not allowed: this path takes GET, POST");
  CHECK(shown(error_response(ServerError::payload_too_large, "body_limit_bytes 5")) ==
        "413 [Content-Type: text/plain] Payload too large: the body is over body_limit_bytes 5");
  CHECK(shown(error_response(ServerError::busy, "1024 requests wait already")) ==
        "503 [Content-Type: text/plain|Retry-After: 1] Busy: 1024 requests wait already");
}

TEST_CASE("A detail is put in as it is, and cannot break the line") {
  CHECK(error_response(ServerError::bad_request, "{}").body == "Bad request: {}");
  CHECK(error_response(ServerError::script_not_found, "f/x\ny").body ==
        "Not found: script not found at name f/x\\x0ay");
}

TEST_CASE("The error table has every error with its status and when it comes") {
  const auto table = error_table();
  REQUIRE_FALSE(table.empty());
  for (const ErrorRow& row : table) {
    CAPTURE(row.kind);
    CHECK(row.status >= 400);
    CHECK_FALSE(row.text.empty());
    CHECK_FALSE(row.when.empty());
  }
  CHECK(table[static_cast<std::size_t>(ServerError::timed_out)].kind == "timed_out");
}
