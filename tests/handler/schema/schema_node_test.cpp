#include "handler/schema/schema_node.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT: a test

TEST_CASE("what a schema asks for and nobody looks at is told, where a schema stands") {
  using Words = std::set<std::string>;
  CHECK(unheeded_in(R"({"properties":{"pattern":{"type":"string","minimum":1},"b":{"enum":[{"not":1}]}}})")
            .empty());
  CHECK(unheeded_in(R"({"properties":{"a":{"pattern":"^x$"},"b":{"items":{"$ref":"#/$defs/c"}}}})") ==
        Words{"pattern", "$ref"});
  CHECK(unheeded_in(R"({"anyOf":[{"not":{"pattern":"x"}}],"additionalProperties":false})") ==
        Words{"not", "additionalProperties: false"});
  CHECK(unheeded_in("true").empty());
}
