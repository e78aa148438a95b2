#include "handler/jobs/job_time.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE("A moment is written with microseconds and Z, and read again") {
  for (const Milliseconds moment :
       {Milliseconds{0}, Milliseconds{1'769'860'800'250}, Milliseconds{951'782'399'999}})
    CHECK(moment_in(moment_text(moment)) == moment);
  CHECK(moment_text(1'769'860'800'250) == "2026-01-31T12:00:00.250000Z");
  CHECK(moment_text(-1) == "1969-12-31T23:59:59.999000Z");
}

TEST_CASE("Any time of RFC 3339 is read") {
  struct Row {
    const char* text;
    Milliseconds moment;
  };
  for (const Row& row :
       {Row{"2026-01-31T12:00:00Z", 1'769'860'800'000}, Row{"2026-01-31t12:00:00z", 1'769'860'800'000},
        Row{"2026-01-31 12:00:00.5Z", 1'769'860'800'500},
        Row{"2026-01-31T12:00:00.123456789Z", 1'769'860'800'123},
        Row{"2026-01-31T14:30:00+02:30", 1'769'860'800'000},
        Row{"2026-01-31T07:00:00-05:00", 1'769'860'800'000}}) {
    INFO(row.text);
    CHECK(moment_in(row.text) == row.moment);
  }
}

TEST_CASE("What is no time is told from one") {
  for (const char* text : {"", "now", "2026", "2026-01-31", "2026-01-31T12:00:00", "2026-02-30T12:00:00Z",
                           "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z", "2026-01-31T12:00:00.Z",
                           "2026-01-31T12:00:00Zx", "2026-01-31T12:00:00+2:00", "2026-13-01T00:00:00Z"}) {
    INFO(text);
    CHECK_FALSE(moment_in(text));
  }
}
