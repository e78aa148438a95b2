#include "handler/http/address.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

bool has(std::string_view range, std::string_view address) {
  const auto parsed = parse_address_range(range);
  REQUIRE(parsed);
  return is_among(address, {*parsed});
}

}  // namespace

TEST_CASE("A range has the addresses of its prefix") {
  CHECK(has("192.0.2.0/24", "192.0.2.255"));
  CHECK_FALSE(has("192.0.2.0/24", "192.0.3.0"));
  CHECK(has("10.0.0.0/7", "11.255.255.255"));
  CHECK_FALSE(has("10.0.0.0/7", "12.0.0.0"));
  CHECK(has("2001:db8::/32", "2001:db8:ffff::1"));
  CHECK_FALSE(has("2001:db8::/32", "2001:db9::1"));
  CHECK(has("0.0.0.0/0", "203.0.113.9"));
  CHECK_FALSE(has("0.0.0.0/0", "2001:db8::1"));
  CHECK(has("::/0", "2001:db8::1"));
  CHECK_FALSE(has("::/0", "203.0.113.9"));
}

TEST_CASE("An address alone is a range of one, of IPv6 too") {
  CHECK(has("192.0.2.7", "192.0.2.7"));
  CHECK_FALSE(has("192.0.2.7", "192.0.2.8"));
  CHECK(has("2001:db8::1", "2001:db8::1"));
  CHECK_FALSE(has("2001:db8::1", "2001:db8::2"));
  CHECK_FALSE(has("2001:db8::1", "2001:db8:1::1"));
}

TEST_CASE("An address of IPv4 is the same as IPv6 maps it") {
  CHECK(has("192.0.2.0/24", "::ffff:192.0.2.9"));
  CHECK(has("::ffff:192.0.2.0/120", "192.0.2.9"));
  CHECK(has("::ffff:c000:207", "192.0.2.7"));
  CHECK(is_ipv4(*parse_address("::ffff:192.0.2.9")));
  CHECK_FALSE(is_ipv4(*parse_address("::192.0.2.9")));
}

TEST_CASE("What is no range is none") {
  for (const char* text : {"",
                           "/",
                           "192.0.2.0/",
                           "192.0.2.0/33",
                           "192.0.2.0/-1",
                           "192.0.2.0/+8",
                           "192.0.2.0/24 ",
                           " 192.0.2.0/24",
                           "192.0.2.1/24",
                           "192.0.2/24",
                           "192.0.2.0/255.255.255.0",
                           "2001:db8::1/32",
                           "2001:db8::/129",
                           "fe80::1%eth0",
                           "[::1]",
                           "example.com",
                           "192.0.2.0/24,192.0.3.0/24",
                           "010.0.0.1",
                           "*",
                           "any",
                           "0/0"})
    CHECK_FALSE(parse_address_range(text));
}

TEST_CASE("What is no address is in no range") {
  for (const char* text : {"", "unix:", "192.0.2.7:80", "localhost", "192.0.2.7, 10.0.0.1"})
    CHECK_FALSE(has("0.0.0.0/0", text));
}

TEST_CASE("Of an address as many bits are kept as are asked for") {
  CHECK(cut_off(*parse_address("2001:db8:1:2:3:4:5:6"), 64) == *parse_address("2001:db8:1:2::"));
  CHECK(cut_off(*parse_address("ffff::"), 3) == *parse_address("e000::"));
}
