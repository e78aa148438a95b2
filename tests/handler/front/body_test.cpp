#include "handler/front/body.h"

#include <catch2/catch.hpp>
#include <string>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

struct Taken final : BodySink {
  std::string bytes;
  std::size_t expected = 0;
  bool refuses = false;

  BodyLimit limit() const override { return {10, "some_limit 10"}; }
  void expect(std::size_t told) override { expected = told; }
  std::optional<Response> take(std::string_view more) override {
    bytes += more;
    return refuses ? std::optional(Response{400, {}, "refused"}) : std::nullopt;
  }
};

/// Pieces of at most three bytes, then an end of that kind.
NextPiece pieces(std::string text, Piece::Kind end) {
  return [text = std::move(text), end](char* room, std::size_t most) mutable -> Piece {
    const std::size_t size = text.copy(room, std::min<std::size_t>(most, 3));
    text.erase(0, size);
    return size == 0 ? Piece{end} : Piece{Piece::Kind::some, size};
  };
}

std::string refusal_of(std::string text, std::optional<std::size_t> length,
                       Piece::Kind end = Piece::Kind::end) {
  Taken sink;
  const auto refusal = read_body(pieces(std::move(text), end), length, sink, 500);
  return refusal ? std::to_string(refusal->status) + " " + refusal->body : sink.bytes;
}

}  // namespace

TEST_CASE("As much of a body is read as its length says, or all where none was told") {
  CHECK(refusal_of("hello, and more", 5) == "hello");
  CHECK(refusal_of("hello", std::nullopt) == "hello");
  CHECK(refusal_of("", 0) == "");
}

TEST_CASE("A sink knows how much is to come before anything comes") {
  Taken sink;
  CHECK_FALSE(read_body(pieces("hello", Piece::Kind::end), 5, sink, 500));
  CHECK(sink.expected == 5);
}

TEST_CASE("A body over the sink's limit is 413 with its name, and unread where its length was told") {
  CHECK(refusal_of("0123456789a", std::nullopt) == "413 Payload too large: the body is over some_limit 10");
  Taken sink;
  CHECK(read_body(pieces("0123456789a", Piece::Kind::end), 11, sink, 500)->status == 413);
  CHECK(sink.bytes.empty());
}

TEST_CASE("A body that ends early or breaks is 400, one that does not come is 408") {
  CHECK(refusal_of("hel", 5) == "400 Bad request: the body ended before its Content-Length");
  CHECK(refusal_of("hel", std::nullopt, Piece::Kind::broken).starts_with("400 "));
  CHECK(refusal_of("hel", 5, Piece::Kind::late) ==
        "408 Request timeout: the body did not arrive within read_ms 500");
}

TEST_CASE("A sink that refuses is given no more") {
  Taken sink;
  sink.refuses = true;
  CHECK(read_body(pieces("hello", Piece::Kind::end), 5, sink, 500)->body == "refused");
  CHECK(sink.bytes == "hel");
}
