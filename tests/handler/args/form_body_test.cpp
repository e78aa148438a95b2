#include <catch2/catch.hpp>

#include "tests/handler/args/shown.h"

using namespace towermill;  // NOLINT

namespace {

std::string args_of_form(std::string body, std::string_view query = "", const ArgsOptions& options = {}) {
  return args_of(post_as("application/x-www-form-urlencoded", std::move(body)), query, options);
}

}  // namespace

TEST_CASE("Each field of a form is a string") {
  CHECK(args_of_form("a=1&b=x+y%20%C3%A9%22&c&d=") ==
        "{\"a\":\"1\",\"b\":\"x y \xC3\xA9\\\"\",\"c\":\"\",\"d\":\"\"}");
  CHECK(args_of_form("") == "{}");
  CHECK(args_of_form("&&") == "{}");
  CHECK(args_of(post_as("application/x-www-form-urlencoded; charset=UTF-8", "a=1")) == R"({"a":"1"})");
}

TEST_CASE("Of a form's fields of one name the last counts") {
  CHECK(args_of_form("a=1&b=2&a=3") == R"({"a":"3","b":"2"})");
}

TEST_CASE("A form's field named like an object's internals is a field") {
  CHECK(args_of_form("a[]=1&a[x]=2&__proto__=3") == R"({"a[]":"1","a[x]":"2","__proto__":"3"})");
}

TEST_CASE("wrap_body wraps a form, raw adds its exact bytes") {
  CHECK(args_of_form("a=1&a=2", "wrap_body=true&raw=true") == R"({"body":{"a":"2"},"raw_string":"a=1&a=2"})");
}

TEST_CASE("A bad escape in a form is 400") {
  CHECK(args_of_form("a=%zz") == "400 Bad request: invalid urlencoded data: bad percent escape \"%zz\"");
}

TEST_CASE("A form's bytes that are no UTF-8 are 400 naming the field") {
  CHECK(args_of_form("a=%FF") == "400 Bad request: invalid utf8: the value of the field a");
  CHECK(args_of_form("%FF=a") == "400 Bad request: invalid utf8: the name of a field");
}

TEST_CASE("A form over a limit is 413 naming it") {
  CHECK(args_of_form("a&b&c", "", {.form = {.fields = 2}}) ==
        "413 Payload too large: the body is over form_fields_limit 2");
  CHECK(args_of_form("abcd=1", "", {.form = {.name_bytes = 3}}) ==
        "413 Payload too large: the body is over name_limit_bytes 3");
}
