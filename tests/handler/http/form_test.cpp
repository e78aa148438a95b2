#include "handler/http/form.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace towermill;  // NOLINT

TEST_CASE("Percent escapes are decoded once") {
  CHECK(*percent_decode("a%20b+c%2525%2F") == "a b+c%25/");
  CHECK(*percent_decode("%C3%a4%00") == std::string("\xC3\xA4\0", 3));
  for (const char* bad : {"%", "%4", "a%zz", "%4g", "%-1", "%+1", "% 1", "%%41"})
    CHECK_FALSE(percent_decode(bad));
  CHECK(percent_decode("a%zz").error().message == "bad percent escape \"%zz\"");
}

TEST_CASE("A form's fields come in order, each as often as it was sent") {
  const auto fields = *parse_form("a=1&&b=x%3Dy=z&a=2+3&c");
  REQUIRE(fields.size() == 4);
  CHECK(fields[0].name + ":" + fields[0].value == "a:1");
  CHECK(fields[1].name + ":" + fields[1].value == "b:x=y=z");
  CHECK(fields[2].name + ":" + fields[2].value == "a:2 3");
  CHECK(fields[3].name + ":" + fields[3].value == "c:");
}

TEST_CASE("A form's limits have names") {
  CHECK(parse_form("a&b", {.fields = 2}));
  CHECK(parse_form("a&b&c", {.fields = 2}).error().message == "form_fields_limit 2");
  CHECK(parse_form("a&b&c", {.fields = 2}).error().os_error == EFBIG);
  CHECK(parse_form("abcd", {.name_bytes = 3}).error().message == "name_limit_bytes 3");
}

TEST_CASE("Millions of separators cost no memory") {
  CHECK(parse_form(std::string(16'000'000, '&'), {.fields = 1})->empty());
}
