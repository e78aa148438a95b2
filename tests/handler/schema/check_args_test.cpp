#include "handler/schema/check_args.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT: a test

namespace {

// What is said of args for a schema with these properties.
std::string said(const std::string& properties, const std::string& args, const std::string& required = "") {
  const std::string schema =
      R"({"type":"object","properties":{)" + properties + R"(},"required":[)" + required + "]}";
  return misfit(schema, args).value_or("fits");
}

// What is said of `value` as the argument "a".
std::string said_of(const std::string& schema, const std::string& value) {
  return said("\"a\":" + schema, "{\"a\":" + value + "}", "\"a\"");
}

bool fits(const std::string& schema, const std::string& value) { return said_of(schema, value) == "fits"; }

}  // namespace

TEST_CASE("an argument of another type is named with what came and what was expected") {
  CHECK(said_of(R"({"type":"integer"})", R"("five")") ==
        R"(the argument "a" is "five", but must be an integer)");
  CHECK(said_of(R"({"type":"string"})", "5") == R"(the argument "a" is 5, but must be a string)");
  CHECK(said_of(R"({"type":"boolean"})", "null") == R"(the argument "a" is null, but must be true or false)");
  CHECK(said_of(R"({"type":"object"})", "[1]") == R"(the argument "a" is an array, but must be an object)");
  CHECK(said_of(R"({"type":"array"})", "{}") == R"(the argument "a" is an object, but must be an array)");
  CHECK(said_of(R"({"type":["string","null"]})", "true") ==
        R"(the argument "a" is true, but must be a string or null)");
  CHECK(said_of(R"({"type":"number"})", "\"" + std::string(500, 'x') + "\"").size() < 150);
}

TEST_CASE("a missing argument is named, and null stands in for one that need not be there") {
  CHECK(said(R"("a":{"type":"integer"})", "{}", R"("a")") ==
        R"(the argument "a" is missing, and must be an integer)");
  CHECK(said(R"("a":{})", "{}", R"("a")") == R"(the argument "a" is missing)");
  CHECK(said("", "{}", R"("b")") == R"(the argument "b" is missing)");
  CHECK(said(R"("a":{"type":"integer"})", R"({"a":null})") == "fits");
  CHECK(said(R"("a":{"type":"integer"})", R"({"a":null})", R"("a")") ==
        R"(the argument "a" is null, but must be an integer)");
  CHECK(said(R"("a":{"type":"integer"})", R"({"other":[],"a":7})") == "fits");
}

TEST_CASE("integers are what has no fraction, whatever their length") {
  for (const char* value : {"0", "-7", "1.0", "10e-1", "123456789012345678901234567890"})
    CHECK(fits(R"({"type":"integer"})", value));
  for (const char* value : {"1.5", "1e-1", "12345678901234567890.5", "\"1\""})
    CHECK_FALSE(fits(R"({"type":"integer"})", value));
  CHECK(fits(R"({"type":"number"})", "1e400"));
}

TEST_CASE("bounds and values hold to the last digit") {
  const std::string large = R"({"minimum":9007199254740993,"maximum":123456789012345678901234567890})";
  CHECK(fits(large, "9007199254740993"));
  CHECK(said_of(large, "9007199254740992") ==
        R"(the argument "a" is 9007199254740992, but must be of at least 9007199254740993 )"
        "and at most 123456789012345678901234567890");
  CHECK_FALSE(fits(large, "123456789012345678901234567891"));
  CHECK_FALSE(fits(R"({"enum":[9007199254740993]})", "9007199254740992"));
  CHECK_FALSE(fits(R"({"const":9007199254740993})", "9007199254740992"));
  CHECK(fits(R"({"enum":[1.50]})", "15e-1"));
}

TEST_CASE("an argument is one of the values that there are") {
  const std::string colors = R"({"type":"string","enum":["red","gr\u00fcn"]})";
  CHECK(fits(colors, R"("red")"));
  CHECK(fits(colors, "\"gr\xC3\xBCn\""));
  CHECK(said_of(colors, R"("blue")") ==
        R"(the argument "a" is "blue", but must be one of "red", "gr\u00fcn")");
  CHECK(fits(R"({"enum":[1,"b",null]})", "1.0"));
  CHECK(fits(R"({"enum":[1,"b",null]})", "null"));
  CHECK(said_of(R"({"const":5})", "6") == R"(the argument "a" is 6, but must be 5)");
}

TEST_CASE("what is inside of arguments is named by its place") {
  const std::string orders =
      R"({"type":"array","items":{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}}})";
  CHECK(fits(orders, R"([{"n":1},{"n":2,"x":null}])"));
  CHECK(said_of(orders, R"([{"n":1},{"n":"2"}])") ==
        R"(the argument "a[1].n" is "2", but must be an integer)");
  CHECK(said_of(orders, R"([{}])") == R"(the argument "a[0].n" is missing, and must be an integer)");
  CHECK(said_of(R"({"type":"object","additionalProperties":{"type":"number"}})", R"({"x":1,"y":"z"})") ==
        R"(the argument "a.y" is "z", but must be a number)");
}

TEST_CASE("an argument may be of one of several kinds") {
  const std::string either = R"({"anyOf":[{"type":"array","items":{"type":"integer"}},{"type":"string"}]})";
  CHECK(fits(either, R"("x")"));
  CHECK(fits(either, "[1]"));
  CHECK(said_of(either, R"([1,"x"])") == R"(the argument "a" is an array, but must be an array or a string)");
  CHECK(said_of(either, "1") == R"(the argument "a" is 1, but must be an array or a string)");
}

TEST_CASE("numbers have bounds") {
  const std::string bounded = R"({"type":"integer","minimum":1,"maximum":9})";
  CHECK(fits(bounded, "1"));
  CHECK(fits(bounded, "9"));
  CHECK(said_of(bounded, "0") ==
        R"(the argument "a" is 0, but must be an integer of at least 1 and at most 9)");
  CHECK_FALSE(fits(bounded, "10"));
  CHECK_FALSE(fits(R"({"minimum":0.5})", "0.4"));
}

TEST_CASE("dates are what languages read as such") {
  const std::string date = R"({"type":"string","format":"date-time"})";
  for (const char* text : {"2026-01-31", "2026-01-31T23:59:59Z", "2026-01-31T23:59:59.123+02:00",
                           "2026-01-31 12:00", "2026-01-31t12:00:00z", "2026-01-31T12:00-0330"}) {
    INFO(text);
    CHECK(fits(date, '"' + std::string(text) + '"'));
  }
  for (const char* text : {"", "now", "2026-13-01", "2026-01-32", "2026-1-1", "2026-01-31T",
                           "2026-01-31T24:00", "2026-01-31T12", "2026-01-31T12:00:00.", "2026-01-31T12:00 Z",
                           "2026-01-31T12:00+25:00", "2026-01-31x12:00", "31.1.2026"}) {
    INFO(text);
    CHECK_FALSE(fits(date, '"' + std::string(text) + '"'));
  }
  CHECK(said_of(date, R"("now")") ==
        R"(the argument "a" is "now", but must be a date and time in the form of ISO 8601)");
}

TEST_CASE("bytes are base64") {
  const std::string bytes = R"({"type":"string","contentEncoding":"base64"})";
  CHECK(fits(bytes, R"("AAE=")"));
  CHECK_FALSE(fits(bytes, R"("*")"));
}

TEST_CASE("what a schema says in a form that nobody knows means nothing") {
  for (const char* schema : {"{}", "true", "5", R"({"type":"resource"})", R"({"type":["string","any"]})",
                             R"({"type":null,"enum":null,"minimum":"x"})", R"({"pattern":"("})",
                             R"({"properties":5,"items":[],"required":{}})"}) {
    INFO(schema);
    CHECK(fits(schema, "5"));
  }
  CHECK_FALSE(misfit("", R"({"a":1})"));
  CHECK_FALSE(misfit("[]", R"({"a":1})"));
}

TEST_CASE("a million items are looked at in little time and memory") {
  std::string list = "[1";
  for (int i = 0; i < 1'000'000; ++i) list += ",1";
  CHECK(fits(R"({"type":"array","items":{"type":"integer"}})", list + "]"));
  CHECK(said_of(R"({"type":"array","items":{"type":"integer"}})", list + ",\"x\"]") ==
        R"(the argument "a[1000001]" is "x", but must be an integer)");
}

TEST_CASE("a schema that nests without end is read as far as it makes sense") {
  std::string schema, value;
  for (int i = 0; i < 400; ++i) schema += R"({"items":)";
  schema += "{}" + std::string(400, '}');
  value = std::string(100, '[') + std::string(100, ']');
  CHECK(fits(schema, value));
}
