#include "handler/schema/number.h"

#include <catch2/catch.hpp>
#include <string>

using namespace towermill;  // NOLINT: a test

TEST_CASE("numbers are compared by their digits, however many these are") {
  // Each less than the next.
  const std::string rising[] = {"-1e99999999999999999999",
                                "-9007199254740993",
                                "-9007199254740992.5",
                                "-9007199254740992",
                                "-1",
                                "-1e-99999999999999999999",
                                "0",
                                "1e-99999999999999999999",
                                "1e-1",
                                "0.11",
                                "9007199254740992",
                                "9007199254740993",
                                "123456789012345678901234567890",
                                "123456789012345678901234567891",
                                "1e400"};
  for (const std::string& one : rising)
    for (const std::string& other : rising) {
      CAPTURE(one, other);
      CHECK(compare_numbers(one, other) == (&one <=> &other));
    }
}

TEST_CASE("one number may be written in several ways") {
  for (const char* text : {"120", "120.0", "1.2e2", "12E+1", "0.0120e4", "1200e-1"})
    CHECK(compare_numbers(text, "120") == std::strong_ordering::equal);
  for (const char* text : {"0", "-0", "0.00", "0e99999999999999999999", "-0.0e-5"})
    CHECK(compare_numbers(text, "0") == std::strong_ordering::equal);
}

TEST_CASE("an integer has no fraction, whatever its length") {
  for (const char* text : {"0", "-0.0", "-7", "1.0", "10e-1", "1e400", "123456789012345678901234567890.0"})
    CHECK(is_integer(text));
  for (const char* text : {"1.5", "1e-1", "12345678901234567890.5", "1e-99999999999999999999"})
    CHECK_FALSE(is_integer(text));
}
