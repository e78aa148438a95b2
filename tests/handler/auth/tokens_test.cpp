#include "handler/auth/tokens.h"

#include <catch2/catch.hpp>
#include <memory>

#include "runner/base/crypto.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

std::string token_of(std::vector<Header> headers, const std::string& query = "") {
  Request request;
  request.headers = std::move(headers);
  return presented_token(request, *Query::parse(query));
}

}  // namespace

TEST_CASE("A token is looked for in the header, then the cookie, then the query") {
  CHECK(token_of({{"authorization", "Bearer a"}, {"cookie", "token=b"}}, "token=c") == "a");
  CHECK(token_of({{"cookie", "x=1; token=b; y=2"}}, "token=c") == "b");
  CHECK(token_of({}, "token=c") == "c");
  CHECK(token_of({{"authorization", "Basic a"}}).empty());
  CHECK(token_of({{"authorization", "bearer  a "}}) == "a");
  CHECK(token_of({{"cookie", "xtoken=b"}}).empty());
}

TEST_CASE("Only tokens whose hash is kept are accepted") {
  const Tokens tokens({sha256_hex("first"), sha256_hex("second")});
  CHECK(tokens.accepts("first"));
  CHECK(tokens.accepts("second"));
  CHECK_FALSE(tokens.accepts("third"));
  CHECK_FALSE(tokens.accepts(""));
  CHECK_FALSE(tokens.accepts(sha256_hex("first")));
}

TEST_CASE("Without any token nobody is accepted, not even an empty one whose hash is kept") {
  CHECK_FALSE(Tokens({}).accepts("x"));
  CHECK_FALSE(Tokens({sha256_hex("")}).accepts(""));
}

TEST_CASE("A run's token is good as long as the run") {
  Tokens tokens({});
  auto run = std::make_unique<Tokens::RunToken>(tokens);
  const std::string text = run->text();
  CHECK(tokens.accepts(text));
  run.reset();
  CHECK_FALSE(tokens.accepts(text));
}
