#include "runner/languages/bash/parameters.h"

#include <catch2/catch.hpp>

using Names = std::vector<std::string>;

namespace {

Names names_in(std::string_view source) {
  Names names;
  for (const auto& parameter : towermill::bash_parameters(source)) names.push_back(parameter.name);
  return names;
}

}  // namespace

TEST_CASE("the lines that set a name from a number are the parameters") {
  struct Row {
    std::string_view source;
    Names names;
  };
  const Row rows[] = {
      {"", {}},
      {"a=\"$1\"", {"a"}},
      {"#!/bin/bash\n\na=\"$1\"\nb=\"$2\"\necho", {"a", "b"}},
      {"b=\"$2\"\na=\"$1\"\n", {"a", "b"}},
      {"a=\"${1}\"\nb=\"${2:-}\"\nc=\"${3:-x y}\"", {"a", "b", "c"}},
      {"a=\"$1\" # what\nb=\"$2\"\t#\n", {"a", "b"}},
      {"a=\"${1:-{\"x\": \"}\"}\"}\" # }\"", {"a"}},
      {"a=\"${1:-}\" and", {}},
      {"a=\"${1:-\"", {}},
      {"a=\"$1\"\nc=\"$3\"", {"a"}},
      {"b=\"$2\"", {}},
      {"a=\"$0\"\nb=\"$1\"", {"b"}},
      {"a=\"$1\"\nz=\"$1\"", {"z"}},
      {" a=\"$1\"", {}},
      {"local a=\"$1\"", {}},
      {"a=$1", {}},
      {"a='$1'", {}},
      {"a=\"$1x\"", {}},
      {"a=\"${1:=x}\"", {}},
      {"a=\"$1\"\r\n", {}},
      {"a=\"$1\"; b=\"$2\"", {}},
      {"=\"$1\"", {}},
      {"a-b=\"$1\"", {}},
      {"A_1=\"$1\"", {"A_1"}},
      {"a=\"$99999999999999999999\"", {}},
  };
  for (const Row& row : rows) {
    INFO(row.source);
    CHECK(names_in(row.source) == row.names);
  }
}

TEST_CASE("a long source is read in linear time") {
  std::string source = "a=\"${1:-";
  for (int i = 0; i < 1'000'000; ++i) source += "}\" ";
  CHECK(names_in(source) == Names{"a"});
  CHECK(names_in(source + "x").empty());
}

TEST_CASE("a Bash parameter has its default as it stands") {
  const auto found = towermill::bash_parameters("a=\"$1\"\nb=\"${2:-}\"\nc=\"${3:-x }\" y}\" # }\"");
  REQUIRE(found.size() == 3);
  CHECK(found[0].default_value == std::nullopt);
  CHECK(found[1].default_value == "");
  CHECK(found[2].default_value == "x }\" y");
}
