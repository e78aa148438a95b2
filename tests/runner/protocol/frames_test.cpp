#include "runner/protocol/frames.h"

#include <catch2/catch.hpp>

#include "runner/protocol/messages.h"

using towermill::FrameReader;
using towermill::make_frame;
using Contents = std::vector<std::string>;

TEST_CASE("a frame is four big-endian bytes of length and the text") {
  CHECK(make_frame("{}") == std::string("\0\0\0\2{}", 6));
  CHECK(make_frame("") == std::string(4, '\0'));
  CHECK(make_frame(std::string(0x010203, 'x')).substr(0, 5) == std::string("\0\1\2\3x", 5));
}

TEST_CASE("frames complete however the stream is cut") {
  const std::string stream = make_frame("one") + make_frame("") + make_frame(std::string(300, 'x'));
  const Contents whole = {"one", "", std::string(300, 'x')};
  for (std::size_t step : {1, 2, 3, 5, 7, 1000}) {
    FrameReader reader(1000);
    Contents got;
    for (std::size_t at = 0; at < stream.size(); at += step) {
      auto some = reader.feed(std::string_view(stream).substr(at, step));
      REQUIRE(some.ok());
      got.insert(got.end(), some->begin(), some->end());
    }
    CHECK(got == whole);
  }
}

TEST_CASE("a length may come in pieces") {
  FrameReader reader(1000);
  REQUIRE(reader.feed(std::string_view("\0", 1)).ok());
  REQUIRE(reader.feed(std::string_view("\0\0\1", 3)).ok());
  CHECK(*reader.feed("x") == Contents{"x"});
}

TEST_CASE("a result of exactly the limit passes, one byte more is an error for good") {
  const auto frame = [](std::size_t size) {
    return make_frame(std::string(towermill::result_prefix) + std::string(size, '1') + "}");
  };
  FrameReader reader(10);
  REQUIRE(reader.feed(frame(10)).ok());
  const auto refused = reader.feed(frame(11));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message.find("result_limit_bytes 10") != std::string::npos);
  CHECK_FALSE(reader.feed(frame(1)).ok());
}

TEST_CASE("a length is refused before its bytes have come") {
  FrameReader reader(64 << 20);
  CHECK_FALSE(reader.feed("junk").ok());
}

TEST_CASE("a frame that was whole counts, whatever follows it in the same bytes") {
  FrameReader reader(100);
  const auto frames = reader.feed(make_frame("{}") + "\xff\xff\xff\xff");
  REQUIRE(frames);
  CHECK(*frames == std::vector<std::string>{"{}"});
  CHECK(!reader.feed("x"));
}
