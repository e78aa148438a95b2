#include "handler/front/body.h"

#include <fmt/format.h>

#include "handler/reply/errors.h"

namespace towermill {

Response body_too_large(std::size_t limit_bytes) {
  return error_response(ServerError::payload_too_large, fmt::format("body_limit_bytes {}", limit_bytes));
}

Response body_cut_short() {
  return error_response(ServerError::bad_request, "the body ended before its Content-Length");
}

Response body_too_late(int read_ms) {
  return error_response(ServerError::request_timeout, fmt::format("read_ms {}", read_ms));
}

}  // namespace towermill
