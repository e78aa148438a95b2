#include "handler/config/sizes.h"

#include <catch2/catch.hpp>

using namespace towermill;

TEST_CASE("a size is a number and perhaps a unit") {
  CHECK(parse_size("4096") == 4096);
  CHECK(parse_size("0") == 0);
  CHECK(parse_size("16MiB") == 16 << 20);
  CHECK(parse_size("1 GiB") == 1 << 30);
  CHECK(parse_size("500KB") == 500'000);
  CHECK(parse_size("2kib") == 2048);
  CHECK(parse_size("3 B") == 3);
}

TEST_CASE("what is no size, or too large for one, is refused") {
  for (const char* text :
       {"", "MiB", "-1", "+1", "1.5MiB", "1 M", "1MiBs", " 1", "9223372036854775808", "9999999TiB"}) {
    INFO(text);
    CHECK(!parse_size(text));
  }
}

TEST_CASE("a size is shown in the largest unit that keeps it whole") {
  CHECK(show_size(0) == "0 B");
  CHECK(show_size(1000) == "1000 B");
  CHECK(show_size(1536) == "1536 B");
  CHECK(show_size(16 << 20) == "16 MiB");
  CHECK(show_size(std::int64_t{8} << 30) == "8 GiB");
  CHECK(show_size(std::int64_t{2048} << 40) == "2048 TiB");
}
