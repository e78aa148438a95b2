#include "handler/auth/token_store.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>

#include "handler/auth/token_uses.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

TokenRow row(const std::string& name, std::int64_t created_s = 1) {
  return {.sha256_hex = "hash of " + name, .prefix = name, .created_s = created_s, .created_by = "admin"};
}

}  // namespace

TEST_CASE("Reading makes no file, writing makes one for its owner alone") {
  const TempFolder folder;
  TokenStore store(folder / "tokens.db");
  CHECK_FALSE(*store.find("x"));
  CHECK(store.list("", 0, 10)->empty());
  CHECK_FALSE(*store.remove("x"));
  CHECK_FALSE(std::filesystem::exists(store.path()));
  REQUIRE(store.add(row("a")));
  struct stat info {};
  REQUIRE(::stat(store.path().c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("A row comes back as it was, in another process too") {
  const TempFolder folder;
  TokenStore store(folder / "tokens.db"), other(folder / "tokens.db");
  TokenRow given = row("a");
  given.label = "it's \"x\"";
  given.scopes = *Scopes::parse({"jobs:run:scripts:f/x/*", "metrics"});
  given.workspace = "demo";
  given.expires_s = 5;
  REQUIRE(store.add(given));
  const auto found = other.find(given.sha256_hex);
  REQUIRE((found && *found));
  CHECK((*found)->label == given.label);
  CHECK((*found)->scopes.texts() == given.scopes.texts());
  CHECK((*found)->workspace == "demo");
  CHECK((*found)->expires_s == 5);
  CHECK_FALSE((*found)->last_used_s);
  CHECK((*found)->has_expired(5));
  CHECK_FALSE((*found)->has_expired(4));
}

TEST_CASE("A token that may do everything and one that may do nothing are told apart") {
  const TempFolder folder;
  TokenStore store(folder / "tokens.db");
  TokenRow nothing = row("b");
  nothing.scopes = Scopes();
  REQUIRE(store.add(row("a")));
  REQUIRE(store.add(nothing));
  CHECK((*store.find_by_prefix("a"))->scopes.allow_everything());
  CHECK_FALSE((*store.find_by_prefix("b"))->scopes.allow({"jobs", "run", "scripts", "f/x/y"}));
}

TEST_CASE("Tokens are listed the newest first, page by page, of one workspace or of all") {
  const TempFolder folder;
  TokenStore store(folder / "tokens.db");
  for (int i = 0; i < 5; ++i) REQUIRE(store.add(row(std::to_string(i), i)));
  TokenRow bound = row("bound", 9);
  bound.workspace = "demo";
  REQUIRE(store.add(bound));
  const auto page = store.list("", 1, 2);
  REQUIRE(page->size() == 2);
  CHECK((*page)[0].prefix == "4");
  CHECK((*page)[1].prefix == "3");
  CHECK(store.list("demo", 0, 10)->size() == 1);
}

TEST_CASE("No two tokens have one prefix, and one is removed once") {
  const TempFolder folder;
  TokenStore store(folder / "tokens.db");
  REQUIRE(store.add(row("a")));
  TokenRow same = row("b");
  same.prefix = "a";
  CHECK(store.add(same).error().os_error == EEXIST);
  CHECK(*store.remove("a"));
  CHECK_FALSE(*store.remove("a"));
  CHECK_FALSE(*store.find("hash of a"));
}

TEST_CASE("A token's last use is noted once a minute") {
  const TempFolder folder;
  TokenStore store(folder / "tokens.db");
  REQUIRE(store.add(row("a")));
  TokenUses uses;
  uses.note(*store.find_by_prefix("a").value(), 1000);
  CHECK(uses.wait());
  REQUIRE(uses.write(store));
  const auto used = store.find_by_prefix("a").value()->last_used_s;
  REQUIRE(used);
  uses.note(*store.find_by_prefix("a").value(), *used + 59);
  uses.end();
  CHECK_FALSE(uses.wait());
}

TEST_CASE("What others own or may write is not believed") {
  const TempFolder folder;
  TokenStore store(folder / "tokens.db");
  REQUIRE(store.add(row("a")));
  ::chmod(store.path().c_str(), 0620);
  CHECK_FALSE(store.find("hash of a"));
  std::filesystem::rename(store.path(), folder / "elsewhere.db");
  ::chmod((folder / "elsewhere.db").c_str(), 0600);
  std::filesystem::create_symlink(folder / "elsewhere.db", store.path());
  CHECK_FALSE(store.find("hash of a"));
}
