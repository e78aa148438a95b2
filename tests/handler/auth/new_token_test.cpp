#include "handler/auth/new_token.h"

#include <catch2/catch.hpp>
#include <ctime>

#include "runner/base/crypto.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

const std::int64_t tomorrow = ::time(nullptr) + 86'400;

Caller narrow() {
  return {"label-ci", *Scopes::parse({"users:write", "jobs:run:scripts:f/x/*"}), "demo", tomorrow};
}

Refused::Why refusal(const Caller& by, const NewToken& wanted) {
  const TempFolder folder;
  TokenStore store(folder / "tokens.db");
  const auto made = make_token(by, wanted, store);
  REQUIRE(std::holds_alternative<Refused>(made));
  return std::get<Refused>(made).why;
}

}  // namespace

TEST_CASE("What is left out of a new token is as the token's that asks") {
  const TempFolder folder;
  TokenStore store(folder / "tokens.db");
  const auto made = make_token(narrow(), {.label = "x"}, store);
  REQUIRE(std::holds_alternative<std::string>(made));
  const auto row = store.find(sha256_hex(std::get<std::string>(made)));
  REQUIRE((row && *row));
  CHECK((*row)->scopes.texts() == narrow().scopes.texts());
  CHECK((*row)->workspace == "demo");
  CHECK((*row)->expires_s == tomorrow);
  CHECK((*row)->created_by == "label-ci");
  CHECK((*row)->prefix == std::get<std::string>(made).substr(0, 10));
}

TEST_CASE("A token makes none that is wider than itself") {
  CHECK(refusal(narrow(), {.scopes = {{"*"}}}) == Refused::too_wide);
  CHECK(refusal(narrow(), {.scopes = {{"jobs:run"}}}) == Refused::too_wide);
  CHECK(refusal(narrow(), {.scopes = {{"jobs:run:scripts:f/*"}}}) == Refused::too_wide);
  CHECK(refusal(narrow(), {.workspace = "other"}) == Refused::too_wide);
  CHECK(refusal(narrow(), {.expires_s = tomorrow + 1}) == Refused::too_wide);
}

TEST_CASE("A new token that cannot be is refused") {
  const Caller admin{operator_name, Scopes::everything(), {}, {}};
  CHECK(refusal(admin, {.scopes = {{"job:run"}}}) == Refused::wrong);
  CHECK(refusal(admin, {.scopes = std::vector<std::string>()}) == Refused::wrong);
  CHECK(refusal(admin, {.expires_s = ::time(nullptr) - 1}) == Refused::wrong);
  CHECK(refusal(admin, {.label = "a\nb"}) == Refused::wrong);
  CHECK(refusal(admin, {.label = std::string(101, 'a')}) == Refused::wrong);
}

TEST_CASE("A store that cannot be written makes no token") {
  TokenStore nowhere("/proc/no-such/tokens.db");
  const auto made = make_token({operator_name, Scopes::everything(), {}, {}}, {}, nowhere);
  REQUIRE(std::holds_alternative<Refused>(made));
  CHECK(std::get<Refused>(made).why == Refused::store);
}
