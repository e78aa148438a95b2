#include "handler/cron/cron.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "runner/base/rfc3339.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

using Moments = std::vector<std::string>;

/// The next moments after `from`, in UTC.
Moments moments(const std::string& pattern, const std::string& from, const std::string& zone = "UTC",
                std::size_t count = 1, CronVersion version = CronVersion::v2) {
  CAPTURE(pattern, from, zone);
  const auto parsed = CronPattern::parse(pattern, version);
  REQUIRE(parsed);
  const auto found = TimeZone::find(zone);
  REQUIRE(found);
  auto at = from_rfc3339(from);
  REQUIRE(at);
  Moments all;
  while (all.size() < count) {
    at = parsed->next(*at, *found);
    REQUIRE(at);
    all.push_back(to_rfc3339(*at));
  }
  return all;
}

std::string next(const std::string& pattern, const std::string& from, CronVersion version = CronVersion::v2) {
  return moments(pattern, from, "UTC", 1, version).front();
}

std::string fault(const std::string& pattern) {
  const auto parsed = CronPattern::parse(pattern, CronVersion::v2);
  return parsed ? "" : parsed.error().message;
}

}  // namespace

TEST_CASE("A pattern's next moment is the first after another") {
  struct Row {
    std::string pattern, from, next;
  };
  const Row rows[] = {
      {"* * * * * *", "2026-01-31T23:59:59Z", "2026-02-01T00:00:00Z"},
      {"0 * * * * *", "2026-01-31T12:00:00Z", "2026-01-31T12:01:00Z"},
      {"*/15 * * * * *", "2026-01-31T12:00:16Z", "2026-01-31T12:00:30Z"},
      {"*/5 * * * *", "2026-01-31T12:01:00Z", "2026-01-31T12:05:00Z"},
      {"0 0 12 * * *", "2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z"},
      {"0 30 9-17/4 * * *", "2026-01-31T09:30:00Z", "2026-01-31T13:30:00Z"},
      {"0 0 0 1,15 * *", "2026-01-31T12:00:00Z", "2026-02-01T00:00:00Z"},
      {"0 0 0 29 2 *", "2026-01-31T12:00:00Z", "2028-02-29T00:00:00Z"},
      {"0 0 0 L * *", "2026-02-01T00:00:00Z", "2026-02-28T00:00:00Z"},
      {"0 0 0 15W * *", "2026-02-01T00:00:00Z", "2026-02-16T00:00:00Z"},
      {"0 0 0 1W * *", "2026-07-31T00:00:00Z", "2026-08-03T00:00:00Z"},
      {"0 0 0 * * 1", "2026-01-31T12:00:00Z", "2026-02-02T00:00:00Z"},
      {"0 0 0 * * 7", "2026-01-31T12:00:00Z", "2026-02-01T00:00:00Z"},
      {"0 0 0 * * MON-FRI", "2026-01-30T12:00:00Z", "2026-02-02T00:00:00Z"},
      {"0 0 0 * * 5#2", "2026-02-01T00:00:00Z", "2026-02-13T00:00:00Z"},
      {"0 0 0 * * 5L", "2026-02-01T00:00:00Z", "2026-02-27T00:00:00Z"},
      {"0 0 0 ? JAN,dec *", "2026-01-31T00:00:00Z", "2026-12-01T00:00:00Z"},
      {"@daily", "2026-01-31T12:00:00Z", "2026-02-01T00:00:00Z"},
  };
  for (const Row& row : rows) CHECK(next(row.pattern, row.from) == row.next);
}

TEST_CASE("Version 1 counts weekdays from Sunday as 1, and wants both kinds of days to be right") {
  CHECK(next("0 0 0 * * 2", "2026-01-31T12:00:00Z", CronVersion::v1) == "2026-02-02T00:00:00Z");
  CHECK(next("0 0 0 * * MON", "2026-01-31T12:00:00Z", CronVersion::v1) == "2026-02-02T00:00:00Z");
  CHECK(next("0 0 0 13 * FRI", "2026-03-14T00:00:00Z", CronVersion::v1) == "2026-11-13T00:00:00Z");
  CHECK(next("0 0 0 13 * FRI", "2026-03-14T00:00:00Z", CronVersion::v2) == "2026-03-20T00:00:00Z");
}

TEST_CASE("What lies in a gap of the clocks is done once, at its end; intervals skip it") {
  const std::string berlin = "Europe/Berlin";  // 02:00 to 03:00 on 29 March 2026
  CHECK(moments("0 30 2 * * *", "2026-03-28T00:00:00Z", berlin, 3) ==
        Moments{"2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"});
  CHECK(moments("0 */20 2 * * *", "2026-03-28T02:00:00Z", berlin, 2) ==
        Moments{"2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"});
  CHECK(moments("0 0 3 * * *", "2026-03-28T12:00:00Z", berlin, 2) ==
        Moments{"2026-03-29T01:00:00Z", "2026-03-30T01:00:00Z"});
  CHECK(moments("0 30 * * * *", "2026-03-29T00:00:00Z", berlin, 3) ==
        Moments{"2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z"});
}

TEST_CASE("What the clocks show twice is done the first time; intervals go on through it") {
  const std::string berlin = "Europe/Berlin";  // 03:00 to 02:00 on 25 October 2026
  CHECK(moments("0 30 2 * * *", "2026-10-24T12:00:00Z", berlin, 2) ==
        Moments{"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"});
  CHECK(moments("0 30 * * * *", "2026-10-24T23:45:00Z", berlin, 3) ==
        Moments{"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"});
  CHECK(moments("0 0 3 * * *", "2026-10-25T00:45:00Z", berlin, 1) == Moments{"2026-10-25T02:00:00Z"});
}

TEST_CASE("Zones of every kind have their own midnight") {
  CHECK(moments("0 0 0 * * *", "2026-01-31T12:00:00Z", "Asia/Kathmandu") == Moments{"2026-01-31T18:15:00Z"});
  // A gap of half an hour, and a midnight that there is not.
  CHECK(moments("0 15 2 * * *", "2026-10-03T12:00:00Z", "Australia/Lord_Howe") ==
        Moments{"2026-10-03T15:30:00Z"});
  CHECK(moments("0 0 0 * * *", "2026-09-05T12:00:00Z", "America/Santiago") ==
        Moments{"2026-09-06T04:00:00Z"});
}

TEST_CASE("A pattern that means nothing has a sentence that names the field") {
  const std::pair<std::string, std::string> rows[] = {
      {"", "six fields"},
      {"* * * *", "six fields"},
      {"0 0 0 1 1 * 2026", "six fields"},
      {"60 * * * * *", "\"second\" has \"60\""},
      {"0 0 24 * * *", "\"hour\""},
      {"0 0 0 0 * *", "\"day of the month\""},
      {"0 0 0 * 13 *", "\"month\""},
      {"0 0 0 * * 8", "\"day of the week\""},
      {"0 0 0 * * 5#6", "\"day of the week\" has \"5#6\""},
      {"0 5-1 * * * *", "\"minute\" has \"5-1\""},
      {"0 */0 * * * *", "\"minute\""},
      {"0 , * * * *", "\"minute\""},
      {"0 +1 * * * *", "\"minute\""},
      {"0 0 0 31 2 *", "no day is ever like that"},
  };
  for (const auto& [pattern, word] : rows) CHECK_THAT(fault(pattern), Catch::Contains(word));
}

TEST_CASE("A time zone that there is not has a sentence") {
  CHECK_FALSE(TimeZone::find("Europe/Nowhere"));
  CHECK_FALSE(TimeZone::find("../etc/passwd"));
}
