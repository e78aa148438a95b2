#include "handler/store/database.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <stdexcept>

#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::string_view one_table = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL);";

std::unique_ptr<Database> open(const std::string& path) {
  auto database = Database::open(path, Durability::crash);
  REQUIRE(database);
  return std::move(*database);
}

std::int64_t rows(Database& database) { return *database.integer("SELECT count(*) FROM t"); }

}  // namespace

TEST_CASE("A database gives back what it was given, byte for byte") {
  const TempFolder folder;
  auto database = open(folder / "a.db");
  REQUIRE(migrate(*database, {one_table}));
  const std::string odd("a\0b'; DROP TABLE t; --", 22);
  REQUIRE(database->run("INSERT INTO t VALUES (?, ?)", {std::int64_t{1} << 62, odd}));
  REQUIRE(database->run("INSERT INTO t VALUES (?, ?)", {std::int64_t{2}, std::string_view()}));
  CHECK(database->changes() == 1);
  std::string seen;
  REQUIRE(database->each("SELECT id, name FROM t WHERE id = ?", {std::int64_t{1} << 62}, [&](const Row& row) {
    CHECK(row.integer(0) == std::int64_t{1} << 62);
    seen = row.string(1);
    return true;
  }));
  CHECK(seen == odd);
  CHECK(*database->integer("SELECT length(name) FROM t WHERE id = 2") == 0);
  CHECK(*database->integer("SELECT id FROM t WHERE id = 3", {}, -7) == -7);
}

TEST_CASE("A database's file is its owner's alone, and so are those beside it") {
  const TempFolder folder;
  auto database = open(folder / "a.db");
  REQUIRE(migrate(*database, {one_table}));
  for (const char* name : {"a.db", "a.db-wal", "a.db-shm"}) {
    struct stat info {};
    REQUIRE(::stat((folder / name).c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
  }
}

TEST_CASE("A transaction that fails leaves nothing, and one in it takes back its own part alone") {
  const TempFolder folder;
  auto database = open(folder / "a.db");
  REQUIRE(migrate(*database, {one_table}));
  const auto insert = [&](std::int64_t id) { return database->run("INSERT INTO t VALUES (?, 'x')", {id}); };

  CHECK_FALSE(database->transaction([&]() -> Result<void> {
    REQUIRE(insert(1));
    return Error{"no"};
  }));
  CHECK(rows(*database) == 0);

  CHECK(database->transaction([&]() -> Result<void> {
    REQUIRE(insert(1));
    CHECK_FALSE(database->transaction([&]() -> Result<void> {
      REQUIRE(insert(2));
      return insert(1);
    }));
    return insert(3);
  }));
  CHECK(rows(*database) == 2);

  const auto thrown = database->transaction([&]() -> Result<void> {
    REQUIRE(insert(4));
    throw std::runtime_error("out of memory");
  });
  CHECK(thrown.error().message == "out of memory");
  CHECK(rows(*database) == 2);
}

TEST_CASE("A database's errors tell what kind they are, the file, and no value") {
  const TempFolder folder;
  auto database = open(folder / "a.db");
  REQUIRE(migrate(*database, {one_table}));
  REQUIRE(database->run("INSERT INTO t VALUES (1, 'secret')"));
  const auto twice = database->run("INSERT INTO t VALUES (?, ?)", {std::int64_t{1}, "secret"});
  CHECK(twice.error().os_error == EEXIST);
  CHECK(twice.error().message == "a.db: constraint failed");

  folder.write("b.db", std::string(8192, 'x'));
  const auto unsound = Database::open(folder / "b.db", Durability::crash);
  CHECK(unsound.error().os_error == EUCLEAN);
  CHECK(Database::open(folder / "none/a.db", Durability::crash).error().os_error == ENOENT);
}

TEST_CASE("A full disk is told as such, and the database goes on when there is room") {
  const TempFolder folder;
  auto database = open(folder / "a.db");
  REQUIRE(migrate(*database, {one_table}));
  REQUIRE(database->run("PRAGMA max_page_count=3"));
  const std::string much(100'000, 'x');
  const auto full =
      database->transaction([&] { return database->run("INSERT INTO t VALUES (1, ?)", {much}); });
  CHECK(full.error().os_error == ENOSPC);
  CHECK(rows(*database) == 0);
  REQUIRE(database->run("PRAGMA max_page_count=1000"));
  CHECK(database->transaction([&] { return database->run("INSERT INTO t VALUES (1, ?)", {much}); }));
}

TEST_CASE("A schema takes the steps that are missing, once") {
  const TempFolder folder;
  auto database = open(folder / "a.db");
  constexpr std::string_view second =
      "ALTER TABLE t ADD COLUMN more TEXT; INSERT INTO t VALUES (1, 'a', 'b');";
  REQUIRE(migrate(*database, {one_table}));
  REQUIRE(migrate(*database, {one_table, second}));
  REQUIRE(migrate(*database, {one_table, second}));
  CHECK(rows(*database) == 1);
}

TEST_CASE("A schema of a newer version is refused, and a step that fails leaves the old one") {
  const TempFolder folder;
  auto database = open(folder / "a.db");
  CHECK_FALSE(migrate(*database, {one_table, "CREATE TABLE t (x);"}));
  REQUIRE(migrate(*database, {one_table, "CREATE TABLE u (x);"}));
  CHECK(migrate(*database, {one_table}).error().message ==
        "a.db was made by a newer version: its schema is 2, and 1 is the newest that this one knows");
}

TEST_CASE("A connection for reading alone changes nothing") {
  const TempFolder folder;
  auto writer = open(folder / "a.db");
  REQUIRE(migrate(*writer, {one_table}));
  auto reader = Database::open(folder / "a.db", Durability::crash, Writing::none);
  REQUIRE(reader);
  CHECK((*reader)->run("INSERT INTO t VALUES (1, 'x')").error().os_error == EROFS);
  CHECK((*reader)->snapshot([&]() -> Result<void> {
    CHECK(rows(**reader) == 0);
    REQUIRE(writer->run("INSERT INTO t VALUES (1, 'x')"));
    CHECK(rows(**reader) == 0);
    return {};
  }));
  CHECK(rows(**reader) == 1);
}
