#include "handler/schema/interface.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT: a test
using Names = std::vector<std::string>;

namespace {

Script script(const std::string& ending, const std::string& source) {
  Script found;
  found.path = "f/x/y";
  found.file = found.path + ending;
  for (const LanguageRow& row : language_table()) {
    if (row.extension == ending) found.language = row.language;
  }
  REQUIRE(found.language != nullptr);
  found.source = std::make_shared<const std::string>(source);
  found.hash = script_hash(found.path, source);
  return found;
}

Interface of(const std::string& ending, const std::string& source) {
  return read_interface(script(ending, source));
}

std::string properties(const std::string& ending, const std::string& source) {
  const std::string schema = of(ending, source).schema;
  const auto begin = schema.find("\"properties\":");
  return begin == std::string::npos ? "none" : schema.substr(begin, schema.find(",\"order\"") - begin);
}

}  // namespace

TEST_CASE("the schema of every language's main is read") {
  const std::string wanted = R"("properties":{"name":{"type":"string"}},"required":["name"])";
  CHECK(properties(".py", "def main(name: str): pass") == wanted);
  CHECK(properties(".ts", "export function main(name: string) {}") == wanted);
  CHECK(properties(".bun.ts", "export const main = (name: string) => 1") == wanted);
  CHECK(properties(".php", "<?php function main(string $name) {}") == wanted);
  CHECK(properties(".sh", "name=\"$1\"\n") == wanted);
  CHECK(properties(".sh", "a=\"${1:-x}\"\nb=\"${2:-$HOME}\"\n") ==
        R"("properties":{"a":{"default":"x","type":"string"},"b":{"type":"string"}},"required":[])");
}

TEST_CASE("where no parameters can be read, any args will do") {
  CHECK(of("", "#!/bin/sh\n").schema ==
        R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"})");
  CHECK(properties(".py", "main = 5") == "none");
}

TEST_CASE("a preprocessor is found where its language has them") {
  const std::string python = "def main(a): pass\ndef preprocessor(event): return {}\n";
  CHECK(of(".py", python).preprocessor == Names{"event"});
  CHECK(of(".py", "def main(a): pass  # no preprocessor").preprocessor == std::nullopt);
  CHECK(of(".ts", "export function main() {}\nexport const preprocessor = async ({ event }) => event")
            .preprocessor == Names{"anon1"});
  CHECK(of(".ts", "export function main() {}\nfunction preprocessor(event) {}").preprocessor == std::nullopt);
  CHECK(of(".php", "<?php function main() {} function preprocessor($event) {}").preprocessor == std::nullopt);
}

TEST_CASE("a comment at the head asks for a check of args") {
  const auto asks = [](const std::string& ending, const std::string& source) {
    return of(ending, source).asks_for_check;
  };
  CHECK(asks(".py", "# schema_validation\ndef main(): pass"));
  CHECK(asks(".py", "#!/usr/bin/env python3\n\n# py311\n#schema_validation \n"));
  CHECK(asks(".ts", "\xef\xbb\xbf// schema_validation\r\nexport const main = 1"));
  CHECK(asks(".php", "<?php // schema_validation\nfunction main() {}"));
  CHECK(asks(".php", "<?php\n# schema_validation\nfunction main() {}"));
  CHECK(asks(".sh", "# schema_validation"));
  CHECK_FALSE(asks(".py", "# no schema_validation here\n"));
  CHECK_FALSE(asks(".py", "import os\n# schema_validation\n"));
  CHECK_FALSE(asks(".py", "schema_validation = 1"));
}

TEST_CASE("the yaml counts over what was read") {
  Script one = script(".py", "# schema_validation\ndef main(a): pass");
  const Interface interface = read_interface(one);
  CHECK(wants_check(one, interface));
  CHECK(schema_of_args(one, interface) == interface.schema);
  one.meta.schema_validation = false;
  one.meta.schema = std::make_shared<const std::string>("{}");
  CHECK_FALSE(wants_check(one, interface));
  CHECK(schema_of_args(one, interface) == "{}");
}

TEST_CASE("what was read of a version is kept") {
  Interfaces interfaces;
  const auto first = interfaces.of(script(".py", "def main(a): pass"));
  CHECK(interfaces.of(script(".py", "def main(a): pass")) == first);
  CHECK(interfaces.of(script(".py", "def main(b): pass")) != first);
}
