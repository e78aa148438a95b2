#pragma once
// Outcome → Response: the reserved keys of a result, and the failures. Contract section 3.

#include <string>
#include <string_view>

#include "handler/config/choices.h"
#include "handler/http/message.h"
#include "runner/protocol/outcome.h"

namespace towermill {

struct ReplyOptions {
  int failure_status = 422;
  StringBody string_body = StringBody::text;
  bool allow_x_accel = false;  // may a script steer nginx with X-Accel-* headers
  std::size_t json_depth_limit = 128;
  std::size_t result_limit_bytes = 64 << 20;
};

/// The response to a run, and whether the job counts as failed, in one word for the log: "success",
/// "failure", "timeout", "cancelled", "refused" or "not started".
struct Reply {
  Response response;
  std::string_view word;
};

/// Never throws; a result that breaks the rules becomes the 422 or 500 that the contract names.
Reply reply_to(Outcome outcome, const ReplyOptions& options);

}  // namespace towermill
