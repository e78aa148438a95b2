#include "handler/auth/presented.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::string_view base_url = "https://hooks.example";

std::string token_of(std::vector<Header> headers, const std::string& query = "",
                     const std::string& method = "POST") {
  Request request;
  request.method = method;
  request.headers = std::move(headers);
  return presented_token(request, *Query::parse(query), base_url);
}

}  // namespace

TEST_CASE("A token is looked for in the header, then the cookie, then the query") {
  CHECK(token_of({{"authorization", "Bearer a"}, {"cookie", "token=b"}}, "token=c") == "a");
  CHECK(token_of({{"cookie", "x=1; token=b; y=2"}}, "token=c") == "b");
  CHECK(token_of({}, "token=c") == "c");
  CHECK(token_of({{"authorization", "Basic a"}}).empty());
  CHECK(token_of({{"authorization", "bearer  a "}}) == "a");
  CHECK(token_of({{"cookie", "xtoken=b"}}).empty());
  CHECK(token_of({{"cookie", "token=b; token=c"}}) == "b");
  CHECK(token_of({{"cookie", ";;=;token;token="}}, "token=c") == "c");
}

TEST_CASE("A cookie counts only where no foreign page can have sent the request") {
  struct Case {
    std::string method;
    std::vector<Header> headers;
    bool counts;
  };
  const std::vector<Case> cases = {
      {"POST", {}, true},  // no browser's: with POST they say where it comes from
      {"GET", {}, false},
      {"HEAD", {}, false},
      {"POST", {{"sec-fetch-site", "same-origin"}}, true},
      {"GET", {{"sec-fetch-site", "same-origin"}}, true},
      {"POST", {{"sec-fetch-site", "same-site"}}, false},
      {"POST", {{"sec-fetch-site", "cross-site"}}, false},
      {"GET", {{"sec-fetch-site", "none"}}, false},
      {"POST", {{"sec-fetch-site", "cross-site"}, {"origin", "https://hooks.example"}}, false},
      {"POST", {{"origin", "https://hooks.example"}}, true},
      {"POST", {{"origin", "HTTPS://Hooks.Example"}}, true},
      {"POST", {{"origin", "https://hooks.example:8443"}}, false},
      {"POST", {{"origin", "https://hooks.example.evil.test"}}, false},
      {"POST", {{"origin", "https://evil.test"}}, false},
      {"POST", {{"origin", "null"}}, false},
      {"POST", {{"origin", "https://"}}, false},
      {"POST", {{"origin", "https://other.example"}, {"host", "other.example"}}, true},
      {"POST", {{"origin", "http://hooks.example"}, {"host", "hooks.example"}}, false},
      {"GET", {{"referer", "https://hooks.example/page?x"}}, true},
      {"GET", {{"referer", "https://evil.test/https://hooks.example"}}, false},
      {"POST", {{"referer", "about:blank"}}, false},
  };
  for (const Case& each : cases) {
    auto headers = each.headers;
    headers.push_back({"cookie", "token=b"});
    INFO(each.method << " "
                     << (each.headers.empty() ? "" : each.headers[0].name + ": " + each.headers[0].value));
    CHECK(token_of(headers, "", each.method) == (each.counts ? "b" : ""));
    headers.push_back({"authorization", "Bearer a"});
    CHECK(token_of(headers, "", each.method) == "a");
  }
}
