#include "handler/jobs/deliveries.h"

#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "handler/jobs/job_rows.h"
#include "runner/base/incarnation.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::int64_t limit = 20;
const DeliveryKey key{"demo/f/x", "github", "aa"};

struct Kept {
  TempFolder folder;
  std::shared_ptr<Store> store = open();
  Deliveries deliveries{store, own_incarnation()};

  std::shared_ptr<Store> open() const {
    auto opened = Store::open(folder / "jobs.db", job_schema);
    REQUIRE(opened);
    return std::move(*opened);
  }
  Deliveries::Claim claim(const std::string& job_id, const DeliveryKey& of = key) {
    auto claimed = deliveries.claim(of, job_id, 5);
    REQUIRE(claimed);
    return *claimed;
  }
  bool is_mine(const std::string& job_id, const DeliveryKey& of = key) {
    return std::holds_alternative<Deliveries::Mine>(claim(job_id, of));
  }
};

}  // namespace

TEST_CASE("A delivery is one request's until it is settled") {
  Kept kept;
  CHECK(kept.is_mine("1"));
  CHECK(std::get<Deliveries::InFlight>(kept.claim("2")).job_id == "1");
  CHECK(kept.is_mine("3", {"demo/f/y", "github", "aa"}));
  CHECK(kept.is_mine("4", {"demo/f/x", "github", "ab"}));
}

TEST_CASE("A repeat of a delivery that is done is given the first answer, also after a restart") {
  Kept kept;
  REQUIRE(kept.is_mine("1"));
  const Response first{201, {{"Content-Type", "text/plain"}, {"X-A", "b: c"}}, std::string("a\0b", 3)};
  REQUIRE(kept.deliveries.done(key, "1", first, 7, limit));
  const auto other = kept.open();
  Deliveries after(other, "another");
  const auto again = std::get<Deliveries::Done>(*after.claim(key, "2", 9));
  CHECK(again.job_id == "1");
  CHECK(again.is_whole);
  CHECK(again.response.status == 201);
  CHECK(again.response.body == first.body);
  REQUIRE(again.response.headers.size() == 2);
  CHECK(again.response.headers[1].name == "X-A");
  CHECK(again.response.headers[1].value == "b: c");
}

TEST_CASE("An answer over the limit is kept without its body") {
  Kept kept;
  REQUIRE(kept.is_mine("1"));
  REQUIRE(kept.deliveries.done(key, "1", {200, {}, std::string(21, 'x')}, 7, limit));
  const auto again = std::get<Deliveries::Done>(kept.claim("2"));
  CHECK_FALSE(again.is_whole);
  CHECK(again.response.body.empty());
}

TEST_CASE("A name that its sender chose is of what it came with first") {
  Kept kept;
  const DeliveryKey chosen{"demo/f/x", "key", "k", "1"}, other{"demo/f/x", "key", "k", "2"};
  REQUIRE(kept.is_mine("1", chosen));
  CHECK(std::holds_alternative<Deliveries::InFlight>(kept.claim("2", chosen)));
  CHECK(std::holds_alternative<Deliveries::NameUsed>(kept.claim("2", other)));
  REQUIRE(kept.deliveries.done(chosen, "1", {200, {}, ""}, 7, limit));
  CHECK(std::holds_alternative<Deliveries::Done>(kept.claim("2", chosen)));
  CHECK(std::holds_alternative<Deliveries::NameUsed>(kept.claim("2", other)));
  CHECK(kept.is_mine("3", {"demo/f/y", "key", "k", "2"}));
}

TEST_CASE("A delivery that was released runs again; one that is done is not released any more") {
  Kept kept;
  REQUIRE(kept.is_mine("1"));
  REQUIRE(kept.deliveries.release(key, "another"));
  CHECK_FALSE(kept.is_mine("2"));
  REQUIRE(kept.deliveries.release(key, "1"));
  CHECK(kept.is_mine("2"));
  REQUIRE(kept.deliveries.done(key, "2", {200, {}, ""}, 7, limit));
  REQUIRE(kept.deliveries.release(key, "2"));
  CHECK_FALSE(kept.is_mine("3"));
}

TEST_CASE("What a dead process had in flight runs again, and who was taken for dead settles nothing") {
  Kept kept;
  Deliveries dead(kept.store, std::to_string(::getpid()) + "-1-x");
  REQUIRE(std::holds_alternative<Deliveries::Mine>(*dead.claim(key, "1", 5)));
  CHECK(kept.is_mine("2"));
  REQUIRE(dead.done(key, "1", {200, {}, ""}, 7, limit));
  CHECK(std::get<Deliveries::InFlight>(kept.claim("3")).job_id == "2");
}

TEST_CASE("Of many copies at the same moment one is to run") {
  Kept kept;
  std::atomic<int> mine = 0, errors = 0;
  std::vector<std::thread> all;
  for (int i = 0; i < 10; ++i)
    all.emplace_back([&, i] {
      const auto claimed = kept.deliveries.claim(key, std::to_string(i), 5);
      if (!claimed) ++errors;
      if (claimed && std::holds_alternative<Deliveries::Mine>(*claimed)) ++mine;
    });
  for (std::thread& each : all) each.join();
  CHECK(mine == 1);
  CHECK(errors == 0);
}

TEST_CASE("Deliveries are forgotten by age once they are done") {
  Kept kept;
  REQUIRE(kept.is_mine("1"));
  CHECK(*kept.deliveries.forget(100, 10) == 0);
  REQUIRE(kept.deliveries.done(key, "1", {200, {}, ""}, 7, limit));
  CHECK(*kept.deliveries.forget(7, 10) == 0);
  CHECK(*kept.deliveries.forget(8, 10) == 1);
  CHECK(kept.is_mine("2"));
}
