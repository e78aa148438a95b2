#include "handler/front/cgi_request.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

std::vector<std::string> segments(CgiVariables variables, std::string_view base_path = "") {
  const auto request = to_request(variables, base_path);
  REQUIRE(request.ok());
  return request->segments;
}

using Segments = std::vector<std::string>;

}  // namespace

TEST_CASE("The path is REQUEST_URI without its query, each segment decoded once") {
  CHECK(segments({{"REQUEST_URI", "/api/a%20b/%2541?x=/y"}}) == Segments{"api", "a b", "%41"});
  CHECK(segments({{"REQUEST_URI", "/a//b/"}}) == Segments{"a", "", "b", ""});
  CHECK(segments({{"REQUEST_URI", "http://host/api/x"}}) == Segments{"api", "x"});
}

TEST_CASE("A stray percent sign is a bad request") {
  CHECK_FALSE(to_request({{"REQUEST_URI", "/api/%zz"}}, "").ok());
}

TEST_CASE("PATH_INFO counts only where there is no REQUEST_URI") {
  CHECK(segments({{"PATH_INFO", "/api/%41"}}) == Segments{"api", "%41"});
  CHECK(segments({{"PATH_INFO", "/other"}, {"REQUEST_URI", "/api"}}) == Segments{"api"});
}

TEST_CASE("base_path is taken off whole segments only") {
  CHECK(segments({{"REQUEST_URI", "/hooks/api"}}, "/hooks") == Segments{"api"});
  CHECK(segments({{"REQUEST_URI", "/hooksapi"}}, "/hooks") == Segments{"hooksapi"});
}

TEST_CASE("SCRIPT_NAME is taken off where PATH_INFO shows that it is a mount") {
  CHECK(segments(
            {{"REQUEST_URI", "/cgi-bin/t/api/x"}, {"SCRIPT_NAME", "/cgi-bin/t"}, {"PATH_INFO", "/api/x"}}) ==
        Segments{"api", "x"});
  CHECK(segments({{"REQUEST_URI", "/api/x"}, {"SCRIPT_NAME", "/api/x"}}) == Segments{"api", "x"});
}

TEST_CASE("Headers come back in lower case with dashes, Proxy is dropped") {
  const auto request = to_request({{"REQUEST_URI", "/"},
                                   {"HTTP_X_SIGN", "s"},
                                   {"HTTP_PROXY", "http://evil"},
                                   {"CONTENT_TYPE", "text/csv"},
                                   {"REMOTE_ADDR", "::1"}},
                                  "");
  REQUIRE(request.ok());
  CHECK(request->header("x-sign") == "s");
  CHECK(request->header("proxy").empty());
  CHECK(request->header("content-type") == "text/csv");
  CHECK(request->remote_address == "::1");
}

TEST_CASE("The query comes from QUERY_STRING, else from REQUEST_URI") {
  CHECK(to_request({{"REQUEST_URI", "/a?b=c"}}, "")->query == "b=c");
  CHECK(to_request({{"REQUEST_URI", "/a?b=c"}, {"QUERY_STRING", "d=e"}}, "")->query == "d=e");
}

TEST_CASE("A Content-Length that is no number is an error, an empty one is zero") {
  CHECK(**body_length({{"CONTENT_LENGTH", "12"}}) == 12);
  CHECK(**body_length({{"CONTENT_LENGTH", ""}}) == 0);
  CHECK(**body_length({}) == 0);
  CHECK_FALSE(body_length({{"CONTENT_LENGTH", "-1"}}).ok());
  CHECK_FALSE(body_length({{"CONTENT_LENGTH", "1x"}}).ok());
}

TEST_CASE("A chunked body without a Content-Length goes on to its end") {
  CHECK_FALSE(body_length({{"HTTP_TRANSFER_ENCODING", "Chunked"}})->has_value());
  CHECK(**body_length({{"HTTP_TRANSFER_ENCODING", "chunked"}, {"CONTENT_LENGTH", "3"}}) == 3);
  CHECK(**body_length({{"HTTP_TRANSFER_ENCODING", "identity"}}) == 0);
}

TEST_CASE("Variables are cut at their first equals sign") {
  const char* const strings[] = {"A=b=c", "NOEQUALS", "E=", nullptr};
  const auto variables = to_variables(strings);
  CHECK(variables == CgiVariables{{"A", "b=c"}, {"E", ""}});
}

TEST_CASE("A content type that is told under both names is one header") {
  const auto request =
      to_request({{"REQUEST_URI", "/"}, {"CONTENT_TYPE", "text/csv"}, {"HTTP_CONTENT_TYPE", "text/csv"}}, "");
  REQUIRE(request.ok());
  REQUIRE(request->headers.size() == 1);
  CHECK(request->header("content-type") == "text/csv");
}

TEST_CASE("Two lines of one header are one list, and of anything else the first counts") {
  const char* const strings[] = {
      "HTTP_X_SIGN=a",         "HTTP_X_SIGN=b", "HTTP_COOKIE=a=1", "HTTP_COOKIE=b=2", "REMOTE_ADDR=192.0.2.1",
      "REMOTE_ADDR=192.0.2.2", nullptr};
  const auto variables = to_variables(strings);
  CHECK(variables.at("HTTP_X_SIGN") == "a, b");
  CHECK(variables.at("HTTP_COOKIE") == "a=1; b=2");
  CHECK(variables.at("REMOTE_ADDR") == "192.0.2.1");
}
