#include "handler/http/query.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT

TEST_CASE("A query gives the last value of a name, decoded") {
  const auto query = Query::parse("a=1&b=x%3Dy=z&&a=2+3&c&d=&%65=f");
  REQUIRE(query);
  CHECK(query->get("a") == "2 3");
  CHECK(query->get("b") == "x=y=z");
  CHECK(query->get("c") == "");
  CHECK(query->get("d") == "");
  CHECK(query->get("e") == "f");
  CHECK_FALSE(query->get("A"));
  CHECK_FALSE(query->get(""));
  CHECK(Query::parse(""));
}

TEST_CASE("A query with a bad escape is refused in name and value") {
  CHECK_FALSE(Query::parse("a=%"));
  CHECK_FALSE(Query::parse("%=a"));
}

TEST_CASE("A query flag is true, 1 or without value, false or 0, and nothing else") {
  const auto query = *Query::parse("a=true&b=1&c&d=&e=false&f=0&g=yes&h=TRUE&i=0&i=1");
  for (const char* name : {"a", "b", "c", "d", "i"}) CHECK(*query.flag(name));
  for (const char* name : {"e", "f"}) CHECK_FALSE(*query.flag(name));
  CHECK_FALSE(*query.flag("absent"));
  CHECK_FALSE(query.flag("h"));
  CHECK(query.flag("g").error().message == "the query parameter g is true or false, not \"yes\"");
}

TEST_CASE("A query integer is a whole number") {
  const auto query = *Query::parse("a=-12&b=1.5&c=");
  CHECK(query.integer("a").value() == -12);
  CHECK_FALSE(query.integer("absent").value());
  CHECK_FALSE(query.integer("b"));
  CHECK_FALSE(query.integer("c"));
}
