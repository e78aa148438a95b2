#include "handler/api/cors.h"

#include <catch2/catch.hpp>
#include <string>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

Request asked_by(const std::string& origin) {
  Request request;
  if (!origin.empty()) request.headers.push_back({"origin", origin});
  return request;
}

/// All values of that header, with "|" between them.
std::string value(const Response& response, const std::string& name) {
  std::string values;
  for (const Header& header : response.headers)
    if (header.name == name) values += (values.empty() ? "" : "|") + header.value;
  return values;
}

Response read_by(const std::string& origin, const Texts& origins, Response response = {}) {
  let_pages_read(response, asked_by(origin), origins);
  return response;
}

const Texts shops = {"https://shop.example", "http://localhost:3000"};

}  // namespace

TEST_CASE("Pages of every origin may read an answer where none is named, or all are") {
  for (const Texts& origins : {Texts{}, Texts{"https://shop.example", "*"}}) {
    const Response response = read_by("https://other.example", origins);
    CHECK(value(response, "Access-Control-Allow-Origin") == "*");
    CHECK(value(response, "Access-Control-Expose-Headers") == "*");
    CHECK(value(response, "Vary").empty());
  }
}

TEST_CASE("Of named origins the one that asks is allowed, in any case, and caches are told") {
  for (const char* origin : {"https://shop.example", "https://SHOP.example", "http://localhost:3000"}) {
    const Response response = read_by(origin, shops);
    CHECK(value(response, "Access-Control-Allow-Origin") == origin);
    CHECK(value(response, "Vary") == "Origin");
  }
}

TEST_CASE("No other origin is allowed, and caches are told all the same") {
  for (const char* origin :
       {"", "null", "https://shop.example.evil", "https://shop.exampl", "http://shop.example",
        "https://shop.example:443", "https://a.shop.example", "*"}) {
    CAPTURE(origin);
    const Response response = read_by(origin, shops);
    CHECK(value(response, "Access-Control-Allow-Origin").empty());
    CHECK(value(response, "Access-Control-Expose-Headers").empty());
    CHECK(value(response, "Vary") == "Origin");
  }
}

TEST_CASE("A script that says itself who may read is left alone") {
  const Response response =
      read_by("https://shop.example", {}, {200, {{"access-control-allow-origin", "https://a.example"}}, ""});
  CHECK(value(response, "access-control-allow-origin") == "https://a.example");
  CHECK(response.headers.size() == 1);
}

TEST_CASE("Credentials and any origin are never allowed together") {
  const Response response =
      read_by("https://shop.example", {}, {200, {{"Access-Control-Allow-Credentials", "true"}}, ""});
  CHECK(value(response, "Access-Control-Allow-Origin").empty());
}

TEST_CASE("A page that asks first is told the methods and that it may send a token") {
  Request request = asked_by("https://shop.example");
  request.headers.push_back({"access-control-request-method", "POST"});
  const Response response = options_response(request, "GET, POST");
  CHECK(response.status == 200);
  CHECK(response.body.empty());
  CHECK(value(response, "Allow") == "GET, POST");
  CHECK(value(response, "Access-Control-Allow-Methods") == "GET, POST");
  CHECK(value(response, "Access-Control-Allow-Headers") == "authorization, content-type, *");
  CHECK(value(response, "Access-Control-Max-Age") == "600");
  CHECK(value(response, "Access-Control-Allow-Credentials").empty());
}

TEST_CASE("OPTIONS by who is no page tells the methods alone") {
  const Response response = options_response(asked_by(""), "GET");
  CHECK(value(response, "Allow") == "GET");
  CHECK(response.headers.size() == 1);
}

TEST_CASE("A webhook sender that asks first may send as much as it likes") {
  Request request;
  request.headers = {{"webhook-request-origin", "eventemitter.example.com"}, {"webhook-request-rate", "120"}};
  const Response response = options_response(request, "GET, POST");
  CHECK(value(response, "WebHook-Allowed-Origin") == "eventemitter.example.com");
  CHECK(value(response, "WebHook-Allowed-Rate") == "*");
}

TEST_CASE("What a webhook sender calls itself cannot break the answer") {
  Request request;
  request.headers = {{"webhook-request-origin", "a\r\nSet-Cookie: b=c"}};
  CHECK(value(options_response(request, "POST"), "WebHook-Allowed-Origin").empty());
}
