#include "handler/store/store.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <thread>
#include <vector>

#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::string_view one_table = "CREATE TABLE t (id INTEGER PRIMARY KEY);";

std::unique_ptr<Store> open(const std::string& path) {
  auto store = Store::open(path, {one_table});
  REQUIRE(store);
  return std::move(*store);
}

Result<void> insert(Database& database, std::int64_t id) {
  return database.run("INSERT INTO t VALUES (?)", {id});
}

std::int64_t rows(Store& store) {
  std::int64_t count = -1;
  REQUIRE(store.read([&](Database& database) -> Result<void> {
    count = *database.integer("SELECT count(*) FROM t");
    return {};
  }));
  return count;
}

}  // namespace

TEST_CASE("Writes of many threads are all there, and each is told of its own error alone") {
  const TempFolder folder;
  auto store = open(folder / "a.db");
  constexpr int threads = 8, writes = 50;
  std::atomic<int> refused = 0, wrong = 0;
  std::vector<std::thread> all;
  for (int thread = 0; thread < threads; ++thread)
    all.emplace_back([&, thread] {
      for (int i = 0; i < writes; ++i) {
        // Every fifth is there already, or fails after it has written.
        const bool fails = i % 5 == 0;
        const auto done = store->write([&](Database& database) -> Result<void> {
          if (auto written = insert(database, thread * writes + i); !written) return written;
          return fails ? Result<void>(Error{"no"}) : Result<void>();
        });
        if (!done) ++refused;
        if (done.ok() == fails) ++wrong;
      }
    });
  for (std::thread& each : all) each.join();
  CHECK(wrong == 0);
  CHECK(refused == threads * writes / 5);
  CHECK(rows(*store) == threads * writes * 4 / 5);
}

TEST_CASE("Who writes together shares one commit") {
  const TempFolder folder;
  auto store = open(folder / "a.db");
  auto watcher = Database::open(folder / "a.db", Durability::crash, Writing::none);
  REQUIRE(watcher);
  constexpr std::size_t others = 3;
  std::int64_t most_uncommitted = 0;
  const auto count = [](Database& database) { return *database.integer("SELECT count(*) FROM t"); };
  const auto work = [&](std::int64_t id) {
    return store->write([&, id](Database& database) {
      auto done = insert(database, id);
      most_uncommitted = std::max(most_uncommitted, count(database) - count(**watcher));
      return done;
    });
  };
  std::atomic<bool> begun = false;
  std::atomic<std::size_t> written = 0;
  std::vector<std::thread> all;
  all.emplace_back([&] {
    // Holds the others up until all have asked.
    const auto done = store->write([&](Database& database) {
      begun = true;
      while (store->waiting() < others) std::this_thread::yield();
      return insert(database, 0);
    });
    written += done.ok() ? 1 : 0;
  });
  while (!begun) std::this_thread::yield();
  for (std::int64_t id = 1; id <= static_cast<std::int64_t>(others); ++id)
    all.emplace_back([&, id] { written += work(id).ok() ? 1 : 0; });
  for (std::thread& each : all) each.join();
  CHECK(written == others + 1);
  CHECK(most_uncommitted == static_cast<std::int64_t>(others));
  CHECK(rows(*store) == static_cast<std::int64_t>(others) + 1);
}

TEST_CASE("A disk that is full fails every write of that commit, and the next one is tried anew") {
  const TempFolder folder;
  auto store = open(folder / "a.db");
  const auto full = store->write([](Database& database) -> Result<void> {
    REQUIRE(database.run("PRAGMA max_page_count=2"));
    return database.run(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
        "INSERT INTO t SELECT i FROM n");
  });
  CHECK(full.error().os_error == ENOSPC);
  CHECK(rows(*store) == 0);
  CHECK(store->write([](Database& database) -> Result<void> {
    REQUIRE(database.run("PRAGMA max_page_count=1000"));
    return insert(database, 1);
  }));
  CHECK(rows(*store) == 1);
}

TEST_CASE("Two processes' stores may have the same file") {
  const TempFolder folder;
  auto one = open(folder / "a.db");
  auto other = open(folder / "a.db");
  CHECK(one->write([](Database& database) { return insert(database, 1); }));
  CHECK(other->write([](Database& database) { return insert(database, 2); }));
  CHECK(rows(*one) == 2);
}
