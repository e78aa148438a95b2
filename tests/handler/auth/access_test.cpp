#include "handler/auth/access.h"

#include <catch2/catch.hpp>

#include "runner/base/crypto.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

const Tokens tokens({sha256_hex("right")});

Access access(AuthenticationMethod method, const std::string& token) {
  Request request;
  if (!token.empty()) request.headers.push_back({"authorization", "Bearer " + token});
  return access_of({method}, request, Query(), tokens);
}

}  // namespace

TEST_CASE("What is open to all asks nobody for a token") {
  for (const char* token : {"", "right", "wrong"})
    CHECK(access(AuthenticationMethod::none, token) == Access::granted);
}

TEST_CASE("What wants a token wants a right one") {
  CHECK(access(AuthenticationMethod::windmill, "right") == Access::granted);
  CHECK(access(AuthenticationMethod::windmill, "wrong") == Access::denied);
  CHECK(access(AuthenticationMethod::windmill, "") == Access::denied);
}

TEST_CASE("What nobody can check is open to nobody, not even to who has a token") {
  for (const auto method : {AuthenticationMethod::api_key, AuthenticationMethod::basic_http,
                            AuthenticationMethod::custom_script, AuthenticationMethod::signature}) {
    CHECK(access(method, "right") == Access::unsupported);
    CHECK_FALSE(unsupported_authentication(method).empty());
  }
}

TEST_CASE("Nothing is said against what works") {
  CHECK(unsupported_authentication(AuthenticationMethod::none).empty());
  CHECK(unsupported_authentication(AuthenticationMethod::windmill).empty());
}
