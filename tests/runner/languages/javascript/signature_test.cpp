#include "runner/languages/javascript/signature.h"

#include <catch2/catch.hpp>

#include "runner/base/json.h"
#include "runner/languages/javascript/types.h"

using namespace towermill;  // NOLINT: a test

namespace {

// Each as "name: schema = default", with "?" where it is not required.
std::string shown(std::string_view source) {
  const auto found = js_signature(source, "main");
  if (!found) return "unreadable";
  std::string text;
  for (const Parameter& one : *found) {
    text += (text.empty() ? "" : ", ") + one.name + (one.required ? ": " : "?: ") + one.schema;
    if (one.default_value) text += " = " + *one.default_value;
  }
  CHECK(parse_json(schema_of(*found)).ok());
  return text;
}

std::string schema(std::string_view type, std::string_view declared = "") {
  const std::string source =
      std::string(declared) + "\nexport async function main(a: " + std::string(type) + ") {}\n";
  const auto found = js_signature(source, "main");
  REQUIRE((found && found->size() == 1));
  CHECK(parse_json(found->front().schema).ok());
  return found->front().schema;
}

}  // namespace

TEST_CASE("what a JavaScript main takes is told with its defaults") {
  CHECK(shown("export function main(a, b = 1, c = 'x', d = true, e = null) {}") ==
        R"(a: {}, b?: {"type":"integer"} = 1, c?: {"type":"string"} = "x", d?: {"type":"boolean"} = true, )"
        R"(e?: {} = null)");
  CHECK(shown("export const main = (a: string, b?: number, ...c: Date[]) => a") ==
        R"(a: {"type":"string"}, b?: {"type":"number"}, )"
        R"(c?: {"type":"array","items":{"type":"string","format":"date-time"}})");
  CHECK(shown("export function main(a = { x: [1, 'b'], 'y': -2.5 }, b = [], c = new Date(), d = 1 + 2) {}") ==
        R"(a?: {"type":"object"} = {"x":[1,"b"],"y":-2.5}, b?: {"type":"array"} = [], c?: {}, d?: {})");
  CHECK(shown(R"(export function main(a = '\u{1F600}\x41\'', b = `t`, c = `${a}`, d = /r/, e = 10n) {})") ==
        R"(a?: {"type":"string"} = "\ud83d\ude00\u0041'", b?: {"type":"string"} = "t", c?: {}, d?: {}, )"
        R"(e?: {"type":"integer"} = 10)");
  CHECK(shown("export function main({ a, b }: { a: string }) {}") ==
        R"(anon1?: {"type":"object","properties":{"a":{"type":"string"}},"required":["a"]})");
  CHECK(shown("const main = 1") == "unreadable");
}

TEST_CASE("TypeScript's types become types of JSON Schema") {
  CHECK(schema("string") == R"({"type":"string"})");
  CHECK(schema("number") == R"({"type":"number"})");
  CHECK(schema("boolean") == R"({"type":"boolean"})");
  CHECK(schema("bigint") == R"({"type":"integer"})");
  CHECK(schema("object") == R"({"type":"object"})");
  CHECK(schema("Date") == R"({"type":"string","format":"date-time"})");
  CHECK(schema("wmill.Base64") == R"({"type":"string","contentEncoding":"base64"})");
  CHECK(schema("string | null") == R"({"type":["string","null"]})");
  CHECK(schema("string | undefined") == R"({"type":"string"})");
  CHECK(schema("| 'a' | \"b\"") == R"({"type":"string","enum":["a","b"]})");
  CHECK(schema("1 | -2 | 'a'") == R"({"enum":[1,-2,"a"]})");
  CHECK(schema("'a' | null") == R"({"type":["string","null"],"enum":["a",null]})");
  CHECK(schema("string[]") == R"({"type":"array","items":{"type":"string"}})");
  CHECK(schema("readonly string[][]") ==
        R"({"type":"array","items":{"type":"array","items":{"type":"string"}}})");
  CHECK(schema("(string | number)[]") == R"({"type":"array","items":{"type":["string","number"]}})");
  CHECK(
      schema("Array<{ id: number }>") ==
      R"({"type":"array","items":{"type":"object","properties":{"id":{"type":"number"}},"required":["id"]}})");
  CHECK(schema("[string, number]") == R"({"type":"array"})");
  CHECK(schema("Record<string, number>") == R"({"type":"object","additionalProperties":{"type":"number"}})");
  CHECK(schema("string | number[]") ==
        R"({"anyOf":[{"type":"string"},{"type":"array","items":{"type":"number"}}]})");
  CHECK(schema("RT.PostgreSql") == R"({"type":"object","format":"resource-postgre_sql"})");
}

TEST_CASE("members of TypeScript's object types are properties") {
  CHECK(
      schema(
          "{ a: string; readonly b?: number, 'c d': Date | undefined\n is: boolean\n [key: string]: any }") ==
      R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"number"},)"
      R"("c d":{"type":"string","format":"date-time"},"is":{"type":"boolean"}},"required":["a","is"]})");
  CHECK(schema("{ f(x: number): string; g: () => void; h }") ==
        R"({"type":"object","properties":{"f":{},"g":{},"h":{}},"required":["g"]})");
  CHECK(schema("{}") == R"({"type":"object"})");
}

TEST_CASE("types that a TypeScript script declares itself are looked into") {
  CHECK(schema("Item", "interface Item extends Base { name: string }") ==
        R"({"type":"object","properties":{"name":{"type":"string"}},"required":["name"]})");
  CHECK(
      schema("Item[]", "export type Item = { n: Count }\ntype Count = number\nconst x = 1") ==
      R"({"type":"array","items":{"type":"object","properties":{"n":{"type":"number"}},"required":["n"]}})");
  CHECK(schema("Color", "enum Color { Red = 'red', Blue = \"blue\", }") ==
        R"({"type":"string","enum":["red","blue"]})");
  CHECK(schema("Count", "enum Count { One, Two = 2 }") == "{}");
  CHECK(schema("Tree", "interface Tree { children: Tree[] }").size() < 4096);
  CHECK(schema("Loop", "type Loop = Loop") == "{}");
}

TEST_CASE("what a TypeScript type means that only its compiler knows may be anything") {
  for (std::string_view type :
       {"any", "unknown", "Foo", "Foo<string>", "a.b.Foo", "A & B", "keyof A", "typeof x", "A['x']",
        "() => void", "new () => A", "<T>(x: T) => T", "`x${string}`", "A extends B ? string : number",
        "string | Foo", "Promise<string>", "Map<string, number>", "string extends"}) {
    INFO(type);
    CHECK(schema(type) == "{}");
  }
}

TEST_CASE("a TypeScript type that means harm costs no more than its length") {
  for (std::string_view part :
       {"readonly ", "keyof ", "(", "[", "{a:", "Array<", "x|", "[]", "A.", "'a'|", "-"}) {
    std::string type = "string";
    for (int i = 0; i < 50'000; ++i) type += part;
    INFO(part);
    const auto found = js_signature("export function main(a: " + type + ") {}", "main");
    if (found) CHECK(schema_of(*found).size() < 10'000);
  }
}
