#include "handler/config/yaml.h"

#include <catch2/catch.hpp>

using namespace towermill;
using Catch::Contains;

namespace {

std::string repeated(std::string_view part) {
  std::string all;
  while (all.size() + part.size() <= yaml_limit_bytes) all += part;
  return all;
}

}  // namespace

TEST_CASE("YAML becomes a tree that remembers its lines") {
  const auto document = parse_yaml("a: 1\nb:\n  - x\n  - 'y z'\nc:\n  d: ~\ne: ''\n", "t.yaml");
  REQUIRE(document);
  const auto& members = document->root().members;
  REQUIRE(members.size() == 4);
  CHECK((members[0].key == "a" && members[0].line == 1 && members[0].value->text == "1"));
  CHECK((members[1].line == 2 && members[1].value->items.size() == 2));
  CHECK((members[1].value->items[1]->text == "y z" && members[1].value->items[1]->line == 4));
  CHECK(members[2].value->members.at(0).value->kind == YamlKind::nothing);
  CHECK((members[3].value->kind == YamlKind::scalar && members[3].value->text.empty()));
}

TEST_CASE("a text without any YAML is nothing") {
  CHECK(parse_yaml("", "t")->root().kind == YamlKind::nothing);
  CHECK(parse_yaml("# words\n", "t")->root().kind == YamlKind::nothing);
}

TEST_CASE("an alias is the node that it names, and costs nothing") {
  std::string bomb = "a0: &a0 [x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + "," + before + "]\n";
  }
  const auto document = parse_yaml(bomb, "t");
  REQUIRE(document);
  const auto& members = document->root().members;
  CHECK(members[1].value->items[0] == members[0].value);
  CHECK(parse_yaml("&a [*a]\n", "t"));
}

TEST_CASE("YAML that is wrong names the file and the line") {
  CHECK_THAT(parse_yaml("a: 1\nb: [\n", "f/x/y.script.yaml").error().message, Contains("f/x/y.script.yaml:"));
  CHECK_THAT(parse_yaml("a: 1\n b: 2\n", "t.yaml").error().message, Contains("t.yaml:2: "));
  CHECK_THAT(parse_yaml("? [a]\n: b\n", "t.yaml").error().message, Contains("t.yaml:1: ") && Contains("key"));
  CHECK_THAT(parse_yaml("a: 1\n---\nb: 1\n", "t.yaml").error().message, Contains("document"));
}

TEST_CASE("hostile YAML is refused in little time and stack") {
  CHECK_THAT(parse_yaml(repeated("- "), "t").error().message, Contains("too deep"));
  CHECK_THAT(parse_yaml(repeated("a\n") + "b", "t").error().message, Contains("1 MiB"));
  CHECK_THAT(parse_yaml(repeated("a: b\n"), "t").error().message, Contains("too many"));
  for (const char* part :
       {"[", "{", "? ", "a: ", "[[a]: ", "&a ", "!", "*a ", "\"", "{a: ", "&a [*a, ", "%TAG "}) {
    INFO(part);
    CHECK(!parse_yaml(repeated(part), "t"));
  }
}
