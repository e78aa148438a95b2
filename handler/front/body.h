#pragma once
// Reading a body: the same for every protocol that it may come by.

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "handler/http/exchange.h"
#include "handler/http/message.h"

namespace towermill {

/// What came of waiting for more of a body.
struct Piece {
  enum class Kind { some, end, broken, late };
  Kind kind;
  std::size_t bytes = 0;
};

/// Puts up to `most` bytes at `room`.
using NextPiece = std::function<Piece(char* room, std::size_t most)>;

/// Reads a body of `length` bytes, or to its end where that was not told. The response that refuses it, or
/// nothing.
std::optional<Response> read_body(const NextPiece& next, std::optional<std::size_t> length, BodySink& sink,
                                  int read_ms);

/// A body this short is read even if nobody wants it, so that its connection can be kept.
inline constexpr std::size_t short_body_bytes = 64 * 1024;

/// Takes bytes that nobody wants.
class Unwanted final : public BodySink {
 public:
  BodyLimit limit() const override { return {short_body_bytes, ""}; }
  std::optional<Response> take(std::string_view /*bytes*/) override { return std::nullopt; }
};

Response body_too_long();

}  // namespace towermill
