#include "handler/config/yaml_json.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT: a test

namespace {

std::string json(std::string_view yaml) {
  const auto document = parse_yaml(yaml, "test");
  REQUIRE(document);
  const auto text = yaml_to_json(document->root());
  return text ? *text : "error: " + text.error().message;
}

}  // namespace

TEST_CASE("YAML becomes the JSON of the same values") {
  CHECK(json("a: 1\nb: [x, 'y', 1.50, -2e3, true, null, ~]\nc: {}\nd: []\ne:") ==
        R"({"a":1,"b":["x","y",1.50,-2e3,true,null,null],"c":{},"d":[],"e":null})");
  CHECK(json("a: '1'\nb: \"true\"\nc: |\n  two\n  lines\nd: 0x10\ne: 01\nf: yes\ng: \" 1\"") ==
        R"({"a":"1","b":"true","c":"two\nlines\n","d":"0x10","e":"01","f":"yes","g":" 1"})");
  CHECK(json("a: &x {type: string}\nb: *x") == R"({"a":{"type":"string"},"b":{"type":"string"}})");
  CHECK(json("") == "null");
}

TEST_CASE("YAML that is few bytes and much JSON is refused") {
  std::string yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    yaml += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 9; ++k) yaml += ", " + before;
    yaml += "]\n";
  }
  CHECK(json(yaml) == "error: it is nested too deep or too large");
}
