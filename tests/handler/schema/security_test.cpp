#include "handler/schema/security.h"

#include <catch2/catch.hpp>

#include "runner/base/json.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

using Method = AuthenticationMethod;

Security security(Method method, const std::string& header = "") {
  Security found = security_of({method}, header);
  if (!found.name.empty()) CHECK(parse_json(found.scheme));
  return found;
}

}  // namespace

TEST_CASE("each way to know a caller is a scheme of OpenAPI's") {
  CHECK(security(Method::none).name.empty());
  CHECK(security(Method::windmill).name == "token");
  CHECK(security(Method::basic_http).scheme == R"({"type":"http","scheme":"basic"})");
  CHECK(security(Method::api_key, "X-Key").name == "key-X-Key");
  CHECK_THAT(security(Method::api_key, "X-Key").scheme, Catch::Contains(R"("in":"header","name":"X-Key")"));
  CHECK(security(Method::signature, "Stripe-Signature").name == "signature-Stripe-Signature");
}

TEST_CASE("a header whose name no component may have is told all the same") {
  const Security found = security(Method::api_key, "x!key");
  CHECK(found.name == "key-x_key");
  CHECK_THAT(found.scheme, Catch::Contains(R"("name":"x!key")"));
  CHECK(security(Method::api_key, "").name == "key-Unknown");
}
