#include "handler/schema/rebase.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT: a test

TEST_CASE("references of a schema to itself lead to its place in the document") {
  CHECK(rebased(R"({"$ref":"#/$defs/a","$defs":{"a":{"items":{"$ref":"#"}}}})", "#/x") ==
        R"({"$ref":"#/x/$defs/a","$defs":{"a":{"items":{"$ref":"#/x"}}}})");
  CHECK(rebased(R"({"anyOf":[{"$ref":"#/a"},{"type":"string"}]})", "#/x") ==
        R"({"anyOf":[{"$ref":"#/x/a"},{"type":"string"}]})");
  CHECK(rebased(R"({"properties":{"enum":{"$ref":"#/a"},"$ref":{"$ref":"#/b"}}})", "#/x") ==
        R"({"properties":{"enum":{"$ref":"#/x/a"},"$ref":{"$ref":"#/x/b"}}})");
}

TEST_CASE("what is no reference to the schema itself stays") {
  for (const char* schema :
       {R"({"$ref":"https://example.com/a.json#/b"})", R"({"$ref":"#anchor"})", R"({"$ref":5})",
        R"({"default":{"$ref":"#/a"},"enum":[{"$ref":"#/a"}]})", R"({"$id":"a","$ref":"#/b"})", "true", "{}",
        R"({"items":{"$id":"a","items":{"$ref":"#/b"}}})"})
    CHECK(rebased(schema, "#/x") == schema);
}

TEST_CASE("a step of a pointer is escaped for it and for an address") {
  CHECK(pointer_step("/api/~r/{id}/é") == "/~1api~1~0r~1%7Bid%7D~1%C3%A9");
  CHECK(pointer_step("u/a@b.c/own+1") == "/u~1a@b.c~1own+1");
}
