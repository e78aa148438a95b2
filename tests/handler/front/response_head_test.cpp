#include "handler/front/response_head.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE("A head has status, headers in order, and the length of the body") {
  const Response response{201, {{"Set-Cookie", "a=1"}, {"Set-Cookie", "b=2"}}, "hi"};
  CHECK(response_head(response, 2) ==
        "Status: 201 Created\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\n");
}

TEST_CASE("A body whose length nobody knows yet has no Content-Length") {
  CHECK(response_head({200, {{"A", "b"}}, ""}, std::nullopt) == "Status: 200 OK\r\nA: b\r\n\r\n");
}

TEST_CASE("204, 205 and 304 have no Content-Length") {
  for (const int status : {204, 205, 304})
    CHECK(response_head({status, {}, ""}, 0).find("Content-Length") == std::string::npos);
}

TEST_CASE("A status that the front itself answers with has its phrase") {
  for (const int status : {400, 408, 413, 500, 503})
    CHECK(response_head({status, {}, ""}, 0).find(std::to_string(status) + " \r") == std::string::npos);
}

TEST_CASE("A status without a known phrase goes out without one") {
  CHECK(response_head({299, {}, ""}, 0) == "Status: 299 \r\nContent-Length: 0\r\n\r\n");
}
