#include "runner/base/json.h"

#include <pthread.h>

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT

namespace {

std::string error_of(std::string_view text, std::size_t depth = default_json_depth) {
  const auto value = parse_json(text, depth);
  return value ? "accepted" : value.error().message;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("A JSON object is cut into the exact text of its members") {
  const auto value = parse_json(
      "\n {\"a\" : 1.50 , \"b\":[1, {\"x\":2}],\"c\":{\"d\":\"}\"} "
      ",\"e\":\"\\\",\",\"f\":null,\"g\":true}\t");
  REQUIRE(value);
  CHECK(value->kind == JsonKind::object);
  CHECK(value->raw.front() == '{');
  CHECK(value->raw.back() == '}');
  REQUIRE(value->members.size() == 6);
  CHECK(value->find("a")->raw == "1.50");
  CHECK(value->find("a")->kind == JsonKind::number);
  CHECK(value->find("b")->raw == "[1, {\"x\":2}]");
  CHECK(value->find("b")->kind == JsonKind::array);
  CHECK(value->find("c")->raw == "{\"d\":\"}\"}");
  CHECK(value->find("c")->kind == JsonKind::object);
  CHECK(value->find("e")->raw == "\"\\\",\"");
  CHECK(value->find("e")->kind == JsonKind::string);
  CHECK(value->find("f")->kind == JsonKind::null);
  CHECK(value->find("g")->kind == JsonKind::boolean);
  CHECK(value->find("nothing") == nullptr);
}

TEST_CASE("A JSON array is cut into its elements, unless it is to stay closed") {
  const auto value = parse_json("[ 1,[2 , 3] , \"a,b\" ,{}]");
  REQUIRE(value);
  REQUIRE(value->members.size() == 4);
  CHECK(value->members[1].raw == "[2 , 3]");
  CHECK(value->members[2].raw == "\"a,b\"");
  CHECK(value->members[3].raw == "{}");
  CHECK(value->members[0].key.empty());
  const auto closed = parse_json("[1,2]", default_json_depth, JsonArrays::closed);
  CHECK(closed->members.empty());
  CHECK(closed->raw == "[1,2]");
}

TEST_CASE("A JSON text may be a single value with white space around it") {
  const auto [text, kind] = GENERATE(table<std::string, JsonKind>({{"\"a\"", JsonKind::string},
                                                                   {"-0", JsonKind::number},
                                                                   {"null", JsonKind::null},
                                                                   {"false", JsonKind::boolean},
                                                                   {"[]", JsonKind::array},
                                                                   {"{}", JsonKind::object}}));
  const std::string padded = " \r\n\t" + text + "\n ";
  const auto value = parse_json(padded);
  REQUIRE(value);
  CHECK(value->kind == kind);
  CHECK(value->raw == text);
}

TEST_CASE("A JSON number keeps every digit, whatever its size") {
  const std::string number =
      GENERATE(as<std::string>{}, "123456789012345678901234567890", "1e400", "-1E+99999999999",
               "1.00000000001e-2147483639", "0.1000000000000000055511151231257827", "0e0", "100", "1e0400",
               "20.010", std::string(400, '7'), "0." + std::string(400, '0') + "1");
  const std::string text = "{\"n\":" + number + "}";
  const auto value = parse_json(text);
  REQUIRE(value);
  CHECK(value->find("n")->raw == number);
}

TEST_CASE("A malformed JSON number is refused") {
  const std::string number =
      GENERATE(as<std::string>{}, "01", "00", "-", "+1", "1.", ".5", "1e", "1e+", "0x10", "NaN", "-Infinity",
               "1 2", "1.5.5", "1e5e5", "--1", "12-3", "-01");
  CHECK(error_of(number) != "accepted");
  CHECK(error_of("[" + number + "]") != "accepted");
}

TEST_CASE("Digits inside JSON strings and names stay what they are") {
  const auto value = parse_json("{\"12\\\"34\":\"56\\\\\",\"78\":\"9\\\\\\\"10\"}");
  REQUIRE(value);
  CHECK(json_unquote(value->find("12\"34")->raw) == "56\\");
  CHECK(json_unquote(value->find("78")->raw) == "9\\\"10");
}

TEST_CASE("The last JSON member of a name is the one found, and all are kept") {
  const auto value = parse_json("{\"a\":1,\"\\u0061\":2}");
  REQUIRE(value);
  CHECK(value->members.size() == 2);
  CHECK(value->find("a")->raw == "2");
}

TEST_CASE("Broken JSON is refused with the place") {
  CHECK(error_of("") == "there is no value at line 1, column 1");
  CHECK(error_of("{\"a\":1,\n \"b\" 2}") == "a colon is missing after a member's name at line 2, column 6");
  CHECK(error_of("{\"a\":1,}") == "a member needs a name in double quotes at line 1, column 8");
  CHECK(error_of("{'a':1}") == "a member needs a name in double quotes at line 1, column 2");
  CHECK(error_of("[1,]") == "no JSON value begins here at line 1, column 4");
  CHECK(error_of("[1 2]") == "a comma or ] is missing at line 1, column 4");
  CHECK(error_of("{\"a\":1") == "a comma or } is missing at line 1, column 7");
  CHECK(error_of("\"äö\\x\"") == "there is no such escape at line 1, column 4");
  CHECK(error_of("\"a\nb\"") == "a control character stands in a string at line 1, column 3");
  CHECK(error_of("\"abc") == "a string has no closing quote at line 1, column 5");
  CHECK(error_of("{} {}") == "there is more after the value at line 1, column 4");
  CHECK(error_of("// no\n1") == "no JSON value begins here at line 1, column 1");
  CHECK(error_of("\"\\u12g4\"") == "\\u needs four hex digits at line 1, column 2");
}

TEST_CASE("A NUL does not hide what follows the JSON value") {
  using std::string_literals::operator""s;
  CHECK(error_of("1\0garbage"s) == "there is more after the value at line 1, column 2");
  CHECK(error_of("{}\0"s) != "accepted");
  CHECK(error_of("\0{}"s) != "accepted");
  CHECK(error_of("\"a\0b\""s) != "accepted");
}

TEST_CASE("A byte order mark before JSON is refused by name") {
  CHECK(error_of("\xEF\xBB\xBF{}") == "a byte order mark stands before the value at line 1, column 1");
}

TEST_CASE("JSON strings that are no UTF-8 are refused") {
  const std::string bytes = GENERATE(as<std::string>{}, "\xFF\xFE", "\xC0\x80", "\xED\xA0\x80",
                                     "\xED\xB0\x80", "\xF4\x90\x80\x80", "\xC3", "\x80", "\xE2\x82");
  CHECK(error_of("\"" + bytes + "\"") == "a byte is no UTF-8 at line 1, column 2");
  CHECK(error_of("{\"" + bytes + "\":1}") != "accepted");
}

TEST_CASE("Surrogates that stand alone are refused in JSON, pairs are characters") {
  const std::string escape = GENERATE(as<std::string>{}, "\\ud800", "\\udc00", "\\udfff", "\\ud800x",
                                      "\\ud800\\u0041", "\\ud800\\ud800", "a\\uDBFF");
  CHECK(error_of("\"" + escape + "\"").find("a surrogate stands alone") == 0);
  CHECK(error_of("{\"" + escape + "\":1}").find("a surrogate stands alone") == 0);
  CHECK(error_of("[[{\"k\":\"" + escape + "\"}]]").find("a surrogate stands alone") == 0);
  CHECK(error_of("\"\\ud83d\\ude00 \\uD7FF \\ue000 \xED\x9F\xBF\"") == "accepted");
}

TEST_CASE("JSON nests as deep as the limit and no deeper") {
  CHECK(parse_json(nested(128)));
  CHECK(error_of(nested(129)) == "it nests deeper than json_depth_limit 128 at line 1, column 129");
  CHECK(error_of("{\"a\":{\"b\":1}}", 1) == "it nests deeper than json_depth_limit 1 at line 1, column 6");
  CHECK(parse_json("{\"a\":1}", 1));
  CHECK(error_of(std::string(1'000'000, '[')).find("json_depth_limit 128") != std::string::npos);
  CHECK(error_of(nested(made_json_depth + 1), 1'000'000).find("json_depth_limit 520") != std::string::npos);
}

TEST_CASE("JSON as deep as allowed is read on a stack of 256 KiB") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  const std::size_t depth = default_json_depth;
#else
  const std::size_t depth = made_json_depth;
#endif
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += "{\"a\":";
  text += "1" + std::string(depth, '}');
  const auto run = [](void* argument) -> void* {
    const auto value = parse_json(*static_cast<std::string*>(argument), made_json_depth);
    return value ? argument : nullptr;
  };
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 256 * 1024);
  pthread_t thread{};
  REQUIRE(pthread_create(&thread, &attributes, run, &text) == 0);
  void* result = nullptr;
  pthread_join(thread, &result);
  pthread_attr_destroy(&attributes);
  CHECK(result == &text);
}

TEST_CASE("A hundred thousand JSON names and a string of many megabytes are read at once") {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) text += "\"key" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  text += "\"long\":\"" + std::string(8'000'000, 'x') + "\"}";
  const auto value = parse_json(text);
  REQUIRE(value);
  CHECK(value->members.size() == 100'001);
  CHECK(value->find("key99999")->raw == "99999");
  CHECK(value->find("long")->raw.size() == 8'000'002);
}

TEST_CASE("A quoted JSON string unquotes to the same characters") {
  using std::string_literals::operator""s;
  const std::string text = GENERATE(as<std::string>{}, "", "plain", "quote \" back \\ slash /",
                                    "\n\r\t\b\f\0\x1f"s, "\x7f", "äö€😀", "\\u0041");
  const std::string quoted = json_quote(text);
  const auto value = parse_json(quoted);
  REQUIRE(value);
  CHECK(json_unquote(value->raw) == text);
}

TEST_CASE("Quoting for JSON escapes controls and replaces what is no UTF-8") {
  using std::string_literals::operator""s;
  CHECK(json_quote("a\nb\x01\"\\"s) == R"("a\nb\u0001\"\\")");
  CHECK(json_quote("a\xFFz\xED\xA0\x80") == "\"a\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST_CASE("Unquoting JSON knows every escape") {
  CHECK(json_unquote(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(json_unquote(R"("\u0041\u00e4\u20AC\ud83d\ude00!")") == "Aä€😀!");
  CHECK(json_unquote(R"("\u0000")") == std::string(1, '\0'));
}

TEST_CASE("A JSON object is written from its members") {
  CHECK(json_object({}) == "{}");
  CHECK(json_object({{"a\"", JsonKind::number, "1.0"}, {"b", JsonKind::null, "null"}}) ==
        R"({"a\"":1.0,"b":null})");
}

TEST_CASE("a visitor sees each element until it has seen enough") {
  std::vector<std::string> seen;
  const auto up_to_two = [&](const JsonMember& item) {
    seen.emplace_back(item.raw);
    return item.raw != "2";
  };
  CHECK(visit_json(" [1 , [1,2] ,2, 3", 8, up_to_two).ok());
  CHECK(seen == std::vector<std::string>{"1", "[1,2]", "2"});
  seen.clear();
  CHECK(visit_json(R"({"a":"x","b":{"c":2}})", 8, up_to_two).ok());
  CHECK(seen == std::vector<std::string>{R"("x")", R"({"c":2})"});
  CHECK_FALSE(visit_json("[1,", 8, up_to_two).ok());
}
