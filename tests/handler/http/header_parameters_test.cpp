#include "handler/http/header_parameters.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT

namespace {

std::string shown(std::string_view text) {
  const auto header = parse_parameters(text);
  if (!header) return header.error().message;
  std::string all = header->value;
  for (const auto& [name, value] : header->parameters) all += "|" + name + ":" + value;
  return all;
}

}  // namespace

TEST_CASE("A header's value and its parameters are told apart") {
  CHECK(shown("Multipart/Form-Data; Boundary=AbC") == "multipart/form-data|boundary:AbC");
  CHECK(shown(" form-data ;name=\"a;b=c\" ; filename = x.txt ") == "form-data|name:a;b=c|filename:x.txt");
  CHECK(shown("text/plain") == "text/plain");
  CHECK(shown("text/plain;; charset=utf-8;") == "text/plain|charset:utf-8");
  CHECK(shown("") == "");
}

TEST_CASE("In quotes a backslash escapes quotes and itself, and is itself before all else") {
  CHECK(shown(R"(f; name="a\"b")") == R"(f|name:a"b)");
  CHECK(shown(R"(f; name="a\\b")") == R"(f|name:a\b)");
  CHECK(shown(R"(f; name="C:\dir\x.txt")") == R"(f|name:C:\dir\x.txt)");
}

TEST_CASE("Malformed parameters are refused") {
  CHECK(shown("f; name=\"a") == "a quoted value has no end");
  CHECK(shown("f; name=\"a\\\"") == "a quoted value has no end");
  CHECK(shown("f; name") == "a parameter is not written as name=value");
  CHECK(shown("f; a;b=c") == "a parameter is not written as name=value");
  CHECK(shown("f; =x") == "a parameter is not written as name=value");
  CHECK(shown("f; na me=x") == "a parameter is not written as name=value");
  CHECK(shown("f; name=\"a\" b") == "something stands between a parameter and the next \";\"");
}

TEST_CASE("A parameter that stands there twice is refused") {
  CHECK(shown("f; name=a; NAME=b") == "the parameter name stands there twice");
}

TEST_CASE("A header has 32 parameters at most") {
  std::string text = "f";
  for (int i = 0; i < 32; ++i) text += ";p" + std::to_string(i) + "=1";
  CHECK(parse_parameters(text));
  CHECK(shown(text + ";p=1") == "there are more than 32 parameters");
}
