#include "handler/front/body.h"

#include <fmt/format.h>

#include <algorithm>

#include "handler/reply/errors.h"

namespace towermill {

namespace {

constexpr std::size_t block_bytes = 64 * 1024;

Response too_large(const BodyLimit& limit) {
  return error_response(ServerError::payload_too_large, limit.name);
}

Response too_late(int read_ms) {
  return error_response(ServerError::request_timeout, fmt::format("read_ms {}", read_ms));
}

Response cut_short() {
  return error_response(ServerError::bad_request, "the body ended before its Content-Length");
}

}  // namespace

std::optional<Response> read_body(const NextPiece& next, std::optional<std::size_t> length, BodySink& sink,
                                  int read_ms) {
  const BodyLimit limit = sink.limit();
  if (length.value_or(0) > limit.bytes) return too_large(limit);
  if (length) sink.expect(*length);
  char block[block_bytes];
  std::size_t read = 0;
  while (!length || read < *length) {
    const Piece piece = next(block, length ? std::min(*length - read, block_bytes) : block_bytes);
    if (piece.kind == Piece::Kind::late) return too_late(read_ms);
    if (piece.kind == Piece::Kind::end && !length) return std::nullopt;
    if (piece.kind != Piece::Kind::some) return cut_short();
    read += piece.bytes;
    if (read > limit.bytes) return too_large(limit);
    if (auto refusal = sink.take({block, piece.bytes})) return refusal;
  }
  return std::nullopt;
}

Response body_too_long() {
  return error_response(ServerError::bad_request, "the body is longer than its Content-Length");
}

}  // namespace towermill
