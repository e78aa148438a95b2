#include "handler/auth/tokens.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>

#include "handler/auth/new_token.h"
#include "handler/auth/permissions.h"
#include "runner/base/crypto.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

bool is_known(Tokens& tokens, std::string_view token) {
  return std::holds_alternative<Caller>(tokens.who(token));
}

const Caller admin{operator_name, Scopes::everything(), {}, {}};

std::string made(TokenStore& store, const NewToken& wanted) {
  const auto token = make_token(admin, wanted, store);
  REQUIRE(std::holds_alternative<std::string>(token));
  return std::get<std::string>(token);
}

/// Tokens of a store, and what was told of it.
struct Serving {
  explicit Serving(const std::string& path)
      : tokens({sha256_hex("operator's")}, std::make_unique<TokenStore>(path),
               [this](std::string_view why) { told.emplace_back(why); }) {}
  std::vector<std::string> told;
  Tokens tokens;
};

}  // namespace

TEST_CASE("Only tokens whose hash is kept are accepted") {
  Tokens tokens({sha256_hex("first"), sha256_hex("second")});
  CHECK(is_known(tokens, "first"));
  CHECK(is_known(tokens, "second"));
  CHECK_FALSE(is_known(tokens, "third"));
  CHECK_FALSE(is_known(tokens, ""));
  CHECK_FALSE(is_known(tokens, sha256_hex("first")));
}

TEST_CASE("Without any token nobody is accepted, not even an empty one whose hash is kept") {
  Tokens none({});
  CHECK_FALSE(is_known(none, "x"));
  Tokens empty({sha256_hex("")});
  CHECK_FALSE(is_known(empty, ""));
}

TEST_CASE("A run's token is good as long as the run, in its workspace, for nothing of the server's") {
  Tokens tokens({});
  auto run = std::make_unique<Tokens::RunToken>(tokens, "label-x", "demo");
  const std::string text = run->text();
  const Who who = tokens.who(text);
  REQUIRE(std::holds_alternative<Caller>(who));
  const auto& caller = std::get<Caller>(who);
  CHECK(caller.name == "label-x");
  CHECK(caller.counts_in("demo"));
  CHECK_FALSE(caller.counts_in("other"));
  CHECK(missing_scope(caller.scopes, Permission::run_script, "f/a/b").empty());
  CHECK(missing_scope(caller.scopes, Permission::write_tokens) == "users:write");
  CHECK(missing_scope(caller.scopes, Permission::read_metrics) == "metrics");
  run.reset();
  CHECK_FALSE(is_known(tokens, text));
}

TEST_CASE("A token of the store says who calls, what they may and where") {
  const TempFolder folder;
  Serving serving(folder / "tokens.db");
  TokenStore other(folder / "tokens.db");  // another process's
  const std::int64_t soon = ::time(nullptr) + 1000;
  const auto token =
      made(other,
           {.label = "shop", .expires_s = soon, .scopes = {{"jobs:run:scripts:f/x/y"}}, .workspace = "demo"});
  const Who who = serving.tokens.who(token);
  REQUIRE(std::holds_alternative<Caller>(who));
  const auto& caller = std::get<Caller>(who);
  CHECK(caller.name == "label-shop");
  CHECK(caller.workspace == "demo");
  CHECK(caller.expires_s == soon);
  CHECK(missing_scope(caller.scopes, Permission::run_script, "f/x/y").empty());
  CHECK(missing_scope(caller.scopes, Permission::run_script, "f/x/z") == "jobs:run:scripts:f/x/z");
  CHECK(token.size() >= 32);
  CHECK(caller_name("webhook-a", "admin") == "webhook-a");
  CHECK(caller_name("", "admin") == "admin");
}

TEST_CASE("What another process has revoked is unknown at once, and so is what has expired") {
  const TempFolder folder;
  Serving serving(folder / "tokens.db");
  TokenStore other(folder / "tokens.db");
  const auto token = made(other, {});
  CHECK(is_known(serving.tokens, token));
  CHECK(*other.remove(token.substr(0, TokenStore::prefix_characters)));
  CHECK_FALSE(is_known(serving.tokens, token));
  REQUIRE(other.add({.sha256_hex = sha256_hex("old"), .prefix = "old", .expires_s = ::time(nullptr)}));
  CHECK_FALSE(is_known(serving.tokens, "old"));
}

TEST_CASE("With its file a token is gone, and another file's tokens count") {
  const TempFolder folder;
  Serving serving(folder / "tokens.db");
  const auto token = made(*serving.tokens.store(), {});
  CHECK(is_known(serving.tokens, token));
  for (const char* ending : {"", "-wal", "-shm"})
    std::filesystem::remove(folder / (std::string("tokens.db") + ending));
  CHECK_FALSE(is_known(serving.tokens, token));
  TokenStore other(folder / "tokens.db");
  const auto newer = made(other, {});
  CHECK(is_known(serving.tokens, newer));
  CHECK_FALSE(is_known(serving.tokens, token));
}

TEST_CASE("Where the store cannot be read nobody can tell, but of the settings' tokens; it is told once") {
  const TempFolder folder;
  const std::string path = folder / "tokens.db";
  Serving serving(path);
  const auto token = made(*serving.tokens.store(), {});
  ::chmod(path.c_str(), 0666);
  for (int i = 0; i < 3; ++i) {
    const Who who = serving.tokens.who(token);
    REQUIRE(std::holds_alternative<Unknown>(who));
    CHECK(std::get<Unknown>(who) == Unknown::for_now);
  }
  CHECK(is_known(serving.tokens, "operator's"));
  REQUIRE(serving.told.size() == 1);
  CHECK(serving.told[0] == "tokens.db may be written by others");
  ::chmod(path.c_str(), 0600);
  CHECK(is_known(serving.tokens, token));
  CHECK(serving.told.size() == 2);
}

TEST_CASE("A damaged store is no empty one") {
  const TempFolder folder;
  std::ofstream(folder / "tokens.db") << std::string(4096, 'x');
  ::chmod((folder / "tokens.db").c_str(), 0600);
  Serving serving(folder / "tokens.db");
  const Who who = serving.tokens.who("anything");
  REQUIRE(std::holds_alternative<Unknown>(who));
  CHECK(std::get<Unknown>(who) == Unknown::for_now);
  CHECK(serving.told.size() == 1);
}
