#include "handler/front/record_guard.h"

#include <catch2/catch.hpp>
#include <string>

using towermill::RecordGuard;

namespace {

std::string record(int type, const std::string& content, int id = 1, int version = 1) {
  std::string bytes;
  bytes += static_cast<char>(version);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(id >> 8);
  bytes += static_cast<char>(id);
  bytes += static_cast<char>(content.size() >> 8);
  bytes += static_cast<char>(content.size());
  bytes += '\0';
  bytes += '\0';
  return bytes + content;
}

const std::string begin = record(1, std::string("\0\1\1\0\0\0\0\0", 8));
const std::string pair = std::string("\3\3", 2) + "KEYval";

std::string length4(unsigned long length) {
  std::string bytes;
  bytes += static_cast<char>(0x80 | (length >> 24));
  bytes += static_cast<char>(length >> 16);
  bytes += static_cast<char>(length >> 8);
  bytes += static_cast<char>(length);
  return bytes;
}

bool accepts(const std::string& bytes) { return RecordGuard().accept(bytes); }

}  // namespace

TEST_CASE("A whole request passes, however its bytes are cut") {
  const std::string request =
      begin + record(4, pair + pair) + record(4, "") + record(5, "body") + record(5, "") + record(2, "");
  CHECK(accepts(request));
  RecordGuard guard;
  for (const char byte : request) REQUIRE(guard.accept(std::string(1, byte)));
}

TEST_CASE("Parameter lengths that overflow are refused before a byte of them is read") {
  for (const auto& [name, value] : {std::pair{0x7ffffffeUL, 0x7ffffffeUL},
                                    {0x40000000UL, 0x3fffffffUL},
                                    {0x7fffffffUL, 0x7fffffffUL},
                                    {1UL, 70000UL}}) {
    RecordGuard guard;
    CHECK_FALSE(guard.accept(begin + record(4, length4(name) + length4(value))));
    CHECK(guard.why() == "a parameter of more than 64 KiB");
    CHECK_FALSE(guard.accept("anything after that"));
  }
}

TEST_CASE("A long parameter within the cap passes") {
  const std::string value(60000, 'v');
  CHECK(
      accepts(begin + record(4, std::string("\1", 1) + length4(value.size()) + "K" + value) + record(4, "")));
}

TEST_CASE("Parameters of more than 1 MiB in all are refused") {
  RecordGuard guard;
  REQUIRE(guard.accept(begin));
  const std::string value(60000, 'v');
  const std::string params = record(4, std::string("\1", 1) + length4(value.size()) + "K" + value);
  bool accepted = true;
  for (int i = 0; i < 20 && accepted; ++i) accepted = guard.accept(params);
  CHECK_FALSE(accepted);
  CHECK(guard.why() == "more than 1 MiB of parameters");
}

TEST_CASE("Management records and unknown types never reach the library") {
  for (const int type : {3, 6, 7, 9, 10, 11, 0, 200}) {
    CHECK_FALSE(accepts(begin + record(type, "")));
    CHECK_FALSE(accepts(record(type, "", 0)));
  }
}

TEST_CASE("Records out of their order are refused") {
  CHECK_FALSE(accepts(record(4, pair)));
  CHECK_FALSE(accepts(begin + begin));
  CHECK_FALSE(accepts(begin + record(5, "early")));
  CHECK_FALSE(accepts(begin + record(4, "") + record(4, pair)));
  CHECK_FALSE(accepts(begin + record(4, "") + record(5, "") + record(5, "late")));
  CHECK_FALSE(accepts(begin + record(4, "") + record(5, "") + begin));
  CHECK_FALSE(accepts(begin + record(4, pair.substr(0, 4)) + record(4, "")));
}

TEST_CASE("Records of another request or another version are refused") {
  CHECK_FALSE(accepts(begin + record(4, "", 2)));
  CHECK_FALSE(accepts(record(1, std::string("\0\1\1\0\0\0\0\0", 8), 0)));
  CHECK_FALSE(accepts(record(1, std::string("\0\1\1\0\0\0\0\0", 8), 1, 2)));
  CHECK_FALSE(accepts(record(1, "short")));
}
