#include "runner/languages/python/parameters.h"

#include <catch2/catch.hpp>

#include "runner/base/json.h"

using namespace towermill;  // NOLINT: a test

namespace {

// Each as "name: schema = default", with "?" where it is not required.
std::string shown(std::string_view source) {
  const auto found = python_parameters(source, "main");
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

// The schema of `annotation`, with `before` at the top of the script.
std::string schema(std::string_view annotation, std::string_view before = "") {
  const std::string source = std::string(before) + "\ndef main(a: " + std::string(annotation) + "): pass\n";
  const auto found = python_parameters(source, "main");
  REQUIRE((found && found->size() == 1));
  return found->front().schema;
}

}  // namespace

TEST_CASE("the parameters of a Python main are read however it is written") {
  check({
      {"def main(): pass", ""},
      {"def main(a, b): pass", "a: {}, b: {}"},
      {"async def main(a): pass", "a: {}"},
      {"def main[T](a: T): pass", "a: {}"},
      {"@wrap(1, x=2)\n@other\ndef main(a): pass", "a: {}"},
      {"def main(\n    a,  # b, c\n    *, c=1,\n): pass", "a: {}, c?: {\"type\":\"integer\"} = 1"},
      {"def main(a, /, b, *args, c, **kwargs): pass", "a: {}, b: {}, c: {}"},
      {"def main(a=lambda x, y: (x, y), b=(1, 2), c=f(1, 2)): pass", "a?: {}, b?: {}, c?: {}"},
      {"def \\\n main(a \\\n , b): pass", "a: {}, b: {}"},
      {"\xef\xbb\xbf"
       "def main(a): pass",
       "a: {}"},
      {"#!/usr/bin/env python3\n\"\"\"def main(x): pass\n\"\"\"\ndef main(a): return {}", "a: {}"},
      {"s = 'it\\'s (' # '\ndef main(a): pass", "a: {}"},
      {"def main(a): pass\ndef main(b): pass", "b: {}"},
      {"def other():\n  def main(a): pass\ndef main(b): pass", "b: {}"},
      {"class A:\n  def main(self): pass\ndef main(b): pass", "b: {}"},
      {"x = [\ndef main(a): pass\n]\ndef main(b): pass", "b: {}"},
      {"def main(\xc3\xa9t\xc3\xa9: str): pass", "\xc3\xa9t\xc3\xa9: {\"type\":\"string\"}"},
      {"def main(a) -> dict[str, int]: pass", "a: {}"},
      {"def main(a):\r\n  pass\r\n", "a: {}"},
  });
}

TEST_CASE("what is no function of a Python script's own cannot be read") {
  check({
      {"", "unreadable"},
      {"def mainly(a): pass", "unreadable"},
      {"if True:\n  def main(a): pass", "unreadable"},
      {"def main(a): pass\nmain = wrap(main)", "unreadable"},
      {"main = lambda a: a", "unreadable"},
      {"class main: pass", "unreadable"},
      {"def main", "unreadable"},
      {"# def main(a): pass", "unreadable"},
      {"'def main(a): pass", "unreadable"},
  });
}

TEST_CASE("a Python default is told where it is a plain value, and is a type where there is none") {
  check({
      {"def main(a=1, b=1.5, c='x', d=True, e=None): pass",
       R"(a?: {"type":"integer"} = 1, b?: {"type":"number"} = 1.5, c?: {"type":"string"} = "x", )"
       R"(d?: {"type":"boolean"} = true, e?: {} = null)"},
      {"def main(a=-1, b=1_000, c=0x10, d=12345678901234567890123): pass",
       R"(a?: {"type":"integer"} = -1, b?: {"type":"integer"} = 1000, c?: {}, )"
       R"(d?: {"type":"integer"} = 12345678901234567890123)"},
      {"def main(a=[1, 'b', None,], b={'x': {'y': []}}, c={1, 2}, d={1: 2}): pass",
       R"(a?: {"type":"array"} = [1,"b",null], b?: {"type":"object"} = {"x":{"y":[]}}, c?: {}, d?: {})"},
      {R"(def main(a="\n\"\x41\u00e9\U0001F600\\", b=r"\n", c='''a
b''', d=b'x', e=f'{x}', g='\N{DASH}', h='\q'): pass)",
       R"(a?: {"type":"string"} = "\u000a\u0022\u0041\u00e9\ud83d\ude00\u005c", )"
       R"(b?: {"type":"string"} = "\\n", c?: {"type":"string"} = "a\nb", d?: {}, e?: {}, g?: {}, )"
       R"(h?: {"type":"string"} = "\\q")"},
      {"def main(a: float = 1, b: str = None, c: int = f()): pass",
       R"(a?: {"type":"number"} = 1, b?: {"type":"string"} = null, c?: {"type":"integer"})"},
      {"def main(a=1 + 2, b='a' 'b', c='a'.upper(), d=not True): pass", "a?: {}, b?: {}, c?: {}, d?: {}"},
  });
}

TEST_CASE("Python's annotations become types of JSON Schema") {
  CHECK(schema("str") == R"({"type":"string"})");
  CHECK(schema("int") == R"({"type":"integer"})");
  CHECK(schema("float") == R"({"type":"number"})");
  CHECK(schema("bool") == R"({"type":"boolean"})");
  CHECK(schema("bytes") == R"({"type":"string","contentEncoding":"base64"})");
  CHECK(schema("datetime.datetime") == R"({"type":"string","format":"date-time"})");
  CHECK(schema("dict") == R"({"type":"object"})");
  CHECK(schema("dict[str, int]") == R"({"type":"object","additionalProperties":{"type":"integer"}})");
  CHECK(schema("Dict[str, Any]") == R"({"type":"object"})");
  CHECK(schema("list") == R"({"type":"array"})");
  CHECK(schema("list[str]") == R"({"type":"array","items":{"type":"string"}})");
  CHECK(schema("typing.List[List[int]]") ==
        R"({"type":"array","items":{"type":"array","items":{"type":"integer"}}})");
  CHECK(schema("tuple[int, str]") == R"({"type":"array"})");
  CHECK(schema("tuple[int, ...]") == R"({"type":"array","items":{"type":"integer"}})");
  CHECK(schema("Literal['a', \"b\"]") == R"({"type":"string","enum":["a","b"]})");
  CHECK(schema("Literal['a', 1]") == R"({"enum":["a",1]})");
  CHECK(schema("Optional[Literal['a']]") == R"({"type":["string","null"],"enum":["a",null]})");
  CHECK(schema("Optional[str]") == R"({"type":["string","null"]})");
  CHECK(schema("int | None") == R"({"type":["integer","null"]})");
  CHECK(schema("Union[int, str, None]") == R"({"type":["integer","string","null"]})");
  CHECK(schema("list[int] | str | None") ==
        R"({"anyOf":[{"type":"array","items":{"type":"integer"}},{"type":"string"},{"type":"null"}]})");
  CHECK(schema("'list[str]'") == R"({"type":"array","items":{"type":"string"}})");
  CHECK(schema("Annotated[int, Field(gt=0)]") == R"({"type":"integer"})");
}

TEST_CASE("what an annotation means that nobody knows may be anything") {
  for (std::string_view annotation : {"Any", "object", "Foo", "a.b.Foo", "Foo[int]", "int | Foo", "f(x)",
                                      "'int' 'x'", "*int", "[int]", "", "None if x else int", "\"(\""}) {
    INFO(annotation);
    CHECK(schema(annotation) == "{}");
  }
}

TEST_CASE("types that a Python script names itself are known") {
  CHECK(schema("postgresql", "postgresql = dict") == R"({"type":"object","format":"resource-postgresql"})");
  CHECK(schema("smtp", "class smtp(TypedDict):\n  host: str") ==
        R"({"type":"object","format":"resource-smtp"})");
  CHECK(schema("Color", "Color = Literal['red']") == R"({"type":"string","enum":["red"]})");
  CHECK(schema("Color", "type Color = str | None") == R"({"type":["string","null"]})");
  CHECK(schema("Color", "Color: TypeAlias = 'int'") == R"({"type":"integer"})");
  CHECK(schema("Loop", "Loop = Loop") == "{}");
  CHECK(schema("Loop", "Loop = list[Loop]").size() < 4096);
}

TEST_CASE("a Python source that means harm costs no more than its length") {
  const std::string deep(200'000, '[');
  CHECK(shown("def main(a: list" + deep) == "a: {\"type\":\"array\"}");
  CHECK(shown("def main(a=" + deep + "): pass") == "a?: {}");
  std::string twice = "A = int\n";
  for (char c = 'B'; c <= 'Z'; ++c) {
    const std::string before(1, static_cast<char>(c - 1));
    twice += std::string(1, c) + " = tuple[Literal[1]] | Annotated[" + before + " | " + before + ", 1]\n";
  }
  CHECK(schema("Z", twice).size() < 4096);
}

TEST_CASE("a Python signature as a whole has the form of Windmill's schemas") {
  const auto found = python_parameters("def main(a: int, b: str = 'x', c=None): pass", "main");
  REQUIRE(found);
  CHECK(schema_of(*found) ==
        R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":)"
        R"({"a":{"type":"integer"},"b":{"default":"x","type":"string"},"c":{"default":null}},)"
        R"("required":["a"],"order":["a","b","c"]})");
}
