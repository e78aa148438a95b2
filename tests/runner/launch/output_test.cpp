#include "runner/launch/output.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE("A log within its limit is kept as it is") {
  RunLog log(10);
  log.append("12345");
  log.append("67890");
  CHECK(log.take() == "1234567890");
}

TEST_CASE("A log over its limit ends with a line that says how much was cut") {
  RunLog log(4);
  log.append("123456");
  log.append("789");
  CHECK(log.take() == "1234\n[5 bytes of log cut, log_limit_bytes is 4]\n");
}

TEST_CASE("The last line is the last one that is not blank, with or without its end") {
  for (const char* text : {"a\nb\n", "a\nb", "a\nb\n\n  \n", "a\n  b \r\n"}) {
    LastLine line(100);
    line.append(text);
    CHECK(line.take() == "b");
  }
}

TEST_CASE("The last line is found however the output is cut") {
  LastLine line(100);
  for (const char byte : std::string("first\nsecond line\n")) line.append(std::string(1, byte));
  CHECK(line.take() == "second line");
}

TEST_CASE("A line over the limit is told") {
  LastLine line(3);
  line.append("abcd");
  CHECK(line.take() == "abc");
  CHECK(line.over_limit());
}

TEST_CASE("A long line before the last one does not count") {
  LastLine line(3);
  line.append("abcd\nfin\n");
  CHECK(line.take() == "fin");
  CHECK_FALSE(line.over_limit());
}
