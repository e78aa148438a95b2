#include "runner/languages/php/parameters.h"

#include <catch2/catch.hpp>

#include "runner/base/json.h"

using namespace towermill;  // NOLINT: a test

namespace {

// Each as "name: schema = default", with "?" where it is not required.
std::string shown(std::string_view source) {
  const auto found = php_parameters(source, "main");
  if (!found) return "unreadable";
  std::string text;
  for (const Parameter& one : *found) {
    text += (text.empty() ? "" : ", ") + one.name + (one.required ? ": " : "?: ") + one.schema;
    if (one.default_value) text += " = " + *one.default_value;
  }
  CHECK(parse_json(schema_of(*found)).ok());
  return text;
}

struct Row {
  std::string_view source, parameters;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.source);
    CHECK(shown(row.source) == row.parameters);
  }
}

std::string schema(std::string_view type, std::string_view before = "") {
  const std::string source =
      "<?php " + std::string(before) + " function main(" + std::string(type) + " $a) {}";
  const auto found = php_parameters(source, "main");
  REQUIRE((found && found->size() == 1));
  return found->front().schema;
}

}  // namespace

TEST_CASE("the parameters of a PHP main are read however it is written") {
  check({
      {"<?php function main() {}", ""},
      {"<?php\nfunction main($a, $b) {}", "a: {}, b: {}"},
      {"<?php FUNCTION Main($a,) {}", "a: {}"},
      {"<html><?= 1 ?> function main($x) {} <?php function &main($a) {}", "a: {}"},
      {"<?php namespace A\\B; function main($a) {}", "a: {}"},
      {"<?php namespace A { function main($a) {} }", "a: {}"},
      {"<?php declare(strict_types=1);\nuse A\\B;\nfunction main($a): array { return []; }", "a: {}"},
      {"<?php // function main($x) {}\n# function main($x) {}\n/* function main($x) {} */ function main($a) "
       "{}",
       "a: {}"},
      {"<?php $s = 'function main($x) {} \\''; $t = \"\\\"function main(\"; function main($a) {}", "a: {}"},
      {"<?php $s = <<<'END'\nfunction main($x) {}\nEND;\nfunction main($a) {}", "a: {}"},
      {"<?php class A { function main($x) {} } function other() { function main($x) {} }\nfunction main($a) "
       "{}",
       "a: {}"},
      {"<?php #[Attribute(1, [2])]\nfunction main(#[SensitiveParameter] $a, #[A(1, [2])] &$b, ...$c) {}",
       "a: {}, b: {}, c?: {\"type\":\"array\"}"},
      {"<?php $f = function () use ($a) {}; function main($a = [1, 2], $b = f(1, 2)) {}",
       "a?: {\"type\":\"array\"} = [1,2], b?: {}"},
      {"<?php function main(int ...$ids) {}", R"(ids?: {"type":"array","items":{"type":"integer"}})"},
  });
}

TEST_CASE("what is no function of a PHP script's own cannot be read") {
  check({
      {"", "unreadable"},
      {"function main($a) {}", "unreadable"},
      {"<?php function mainly($a) {}", "unreadable"},
      {"<?php if (true) { function main($a) {} }", "unreadable"},
      {"<?php $main = function ($a) {};", "unreadable"},
      {"<?php function main", "unreadable"},
      {"<?php <<<", "unreadable"},
  });
}

TEST_CASE("a PHP default is told where it is a plain value, and is a type where there is none") {
  check({
      {"<?php function main($a = 1, $b = -1.5, $c = 'x', $d = TRUE, $e = null) {}",
       R"(a?: {"type":"integer"} = 1, b?: {"type":"number"} = -1.5, c?: {"type":"string"} = "x", )"
       R"(d?: {"type":"boolean"} = true, e?: {} = null)"},
      {R"(<?php function main($a = 'it\'s \n', $b = "\n\u{1F600}\x41\$", $c = "$x", $d = PHP_EOL) {})",
       R"(a?: {"type":"string"} = "it\u0027s \\n", b?: {"type":"string"} = "\u000a\ud83d\ude00\u0041\u0024", )"
       R"(c?: {}, d?: {})"},
      {"<?php function main($a = ['x' => [1], 'y' => null], $b = [], $c = array(1)) {}",
       R"(a?: {"type":"object"} = {"x":[1],"y":null}, b?: {"type":"array"} = [], c?: {})"},
      {"<?php function main(string $a = null, float $b = 1, int $c = self::X) {}",
       R"(a?: {"type":"string"} = null, b?: {"type":"number"} = 1, c?: {"type":"integer"})"},
  });
}

TEST_CASE("PHP's types become types of JSON Schema") {
  CHECK(schema("string") == R"({"type":"string"})");
  CHECK(schema("int") == R"({"type":"integer"})");
  CHECK(schema("FLOAT") == R"({"type":"number"})");
  CHECK(schema("bool") == R"({"type":"boolean"})");
  CHECK(schema("array") == R"({"type":["array","object"]})");
  CHECK(schema("object") == R"({"type":"object"})");
  CHECK(schema("mixed") == "{}");
  CHECK(schema("?string") == R"({"type":["string","null"]})");
  CHECK(schema("int|string|null") == R"({"type":["integer","string","null"]})");
  CHECK(schema("\\DateTimeImmutable") == R"({"type":"string","format":"date-time"})");
  CHECK(schema("DateTime", "use DateTime;") == R"({"type":"string","format":"date-time"})");
  CHECK(schema("Postgresql") == R"({"type":"object","format":"resource-postgresql"})");
  CHECK(schema("Suit", "enum Suit: string { case Hearts = 'H'; }") == "{}");
  CHECK(schema("Money", "use Shop\\{Money, Price};") == "{}");
  CHECK(schema("Shop\\Money") == "{}");
  CHECK(schema("(A&B)|null") == "{}");
  CHECK(schema("A&B") == "{}");
}

TEST_CASE("a PHP source that means harm costs no more than its length") {
  CHECK(shown("<?php function main($a = " + std::string(200'000, '[')) == "a?: {}");
  CHECK(shown("<?php " + std::string(400'000, '<') + " function main($a) {}") == "a: {}");
}
