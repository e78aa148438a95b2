#include "handler/auth/access.h"

#include <catch2/catch.hpp>

#include "runner/base/crypto.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

using Method = AuthenticationMethod;

Access access(Method method, const std::vector<Header>& headers, const std::string& resource = "",
              std::optional<std::string_view> body = {}) {
  const TempFolder folder;
  if (!resource.empty()) folder.write("f/x/key.resource.yaml", "value: {" + resource + "}", 0600);
  Request request;
  request.headers = headers;
  Keyring keyring;
  return AccessControl(keyring).access_of({method, "f/x/key"},
                                          {request, Query(), folder.path(), 1614265330, body});
}

std::vector<Header> bearer(const std::string& token) {
  if (token.empty()) return {};
  return {{"authorization", "Bearer " + token}};
}

bool is_granted(const Access& access) { return std::holds_alternative<Granted>(access); }

Denial denial(const Access& access) { return std::get<Denied>(access).why; }

std::vector<Header> basic(const std::string& login) {
  return {{"authorization", "Basic " + base64_encode(login)}};
}

const std::string github = "signature_provider: github, secret_key: secret";
const std::vector<Header> signed_data = {
    {"x-hub-signature-256", "sha256=1b2c16b75bd2a870c114153ccda5bcfca63314bc722fa160d690de133ccbb9db"}};

}  // namespace

TEST_CASE("What is open to all asks nobody for a token") {
  for (const char* token : {"", "right", "wrong"}) CHECK(is_granted(access(Method::none, bearer(token))));
}

TEST_CASE("What wants a token is not decided here, so denied") {
  CHECK(denial(access(Method::windmill, bearer("right"))) == Denial::no_token);
}

TEST_CASE("What nobody can check is open to nobody, not even to who has a token") {
  CHECK(denial(access(Method::custom_script, bearer("right"))) == Denial::unsupported);
  CHECK_FALSE(unsupported_authentication(Method::custom_script).empty());
  CHECK(unsupported_authentication(Method::signature).empty());
}

TEST_CASE("Where the resource is missing or wrong, nobody is let in") {
  for (const auto method : {Method::api_key, Method::basic_http, Method::signature}) {
    CHECK(denial(access(method, bearer("right"))) == Denial::misconfigured);
    CHECK(denial(access(method, signed_data, "secret_key: ''")) == Denial::misconfigured);
  }
}

TEST_CASE("An API key lets in who knows one of them, and is not for scripts") {
  const std::string resource = "api_key_header: X-Key, api_key_secret: [old, new]";
  for (const char* key : {"old", "new"}) {
    const Access got = access(Method::api_key, {{"x-key", key}}, resource);
    REQUIRE(is_granted(got));
    CHECK(std::get<Granted>(got).headers == std::vector<std::string>{"x-key"});
    CHECK_FALSE(std::get<Granted>(got).delivery);
  }
  for (const char* key : {"", "ol", "older", "Old", "old, old"})
    CHECK(denial(access(Method::api_key, {{"x-key", key}}, resource)) == Denial::wrong_key);
  CHECK(denial(access(Method::api_key, {}, resource)) == Denial::wrong_key);
}

TEST_CASE("Name and password let in who knows both") {
  const std::string resource = "username: ada, password: 'a:b'";
  CHECK(is_granted(access(Method::basic_http, basic("ada:a:b"), resource)));
  CHECK(is_granted(access(Method::basic_http, {{"authorization", "basic YWRhOmE6Yg=="}}, resource)));
  for (const char* login : {"", "ada", "ada:", "ada:a", "bob:a:b", ":a:b", "ada:a:b "})
    CHECK(denial(access(Method::basic_http, basic(login), resource)) == Denial::wrong_login);
  for (const char* header :
       {"Basic", "Basic ", "Basic YWRhOmE6Yg", "BasicYWRhOmE6Yg==", "Bearer YWRhOmE6Yg=="})
    CHECK(denial(access(Method::basic_http, {{"authorization", header}}, resource)) == Denial::wrong_login);
}

TEST_CASE("A signature is decided by the body, and its delivery has a name") {
  CHECK(std::holds_alternative<NeedsBody>(access(Method::signature, signed_data, github)));
  const Access got = access(Method::signature, signed_data, github, "data");
  REQUIRE(is_granted(got));
  CHECK(std::get<Granted>(got).headers == std::vector<std::string>{"x-hub-signature-256"});
  CHECK(std::get<Granted>(got).delivery->scheme == "github");
  CHECK(std::get<Granted>(got).delivery->name.size() == 64);
  CHECK(denial(access(Method::signature, signed_data, github, "Data")) == Denial::wrong_signature);
}

TEST_CASE("Without its header no body is asked for") {
  const Access got = access(Method::signature, {}, github);
  CHECK(denial(got) == Denial::missing_header);
  CHECK(std::get<Denied>(got).detail == "X-Hub-Signature-256");
}
