#include "runner/base/rfc3339.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE("A moment is written and read as RFC 3339 has it") {
  CHECK(to_rfc3339(0) == "1970-01-01T00:00:00Z");
  CHECK(to_rfc3339(1'896'091'200) == "2030-01-31T12:00:00Z");
  CHECK(from_rfc3339("2030-01-31T12:00:00Z") == 1'896'091'200);
  CHECK(from_rfc3339("2030-01-31t12:00:00.123456z") == 1'896'091'200);
  CHECK(from_rfc3339("2030-01-31T14:30:00+02:30") == 1'896'091'200);
  CHECK(from_rfc3339("2030-01-31 07:00:00-05:00") == 1'896'091'200);
  CHECK(from_rfc3339("2028-02-29T00:00:00Z"));
}

TEST_CASE("What is no moment is read as none") {
  for (const char* text :
       {"", "2030", "2030-01-31", "2030-01-31T12:00:00", "2030-02-30T12:00:00Z", "2030-13-01T12:00:00Z",
        "2030-01-31T24:00:00Z", "2030-01-31T12:60:00Z", "2030-01-31T12:00:00.Z", "2030-01-31T12:00:00Zx",
        "2030-01-31T12:00:00+2:00", " 2030-01-31T12:00:00Z", "2030-1-31T12:00:00Z", "-030-01-31T12:00:00Z",
        "2030-01-31T12:00:00+24:00", "now", "90d"}) {
    INFO(text);
    CHECK_FALSE(from_rfc3339(text));
  }
}
