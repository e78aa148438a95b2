#pragma once
// Outcome → what is kept of it, as Windmill does: the script's own JSON, or an object that tells the error.

#include <string>
#include <string_view>

#include "handler/reply/reply.h"
#include "runner/protocol/outcome.h"

namespace towermill {

struct JobResult {
  std::string json;
  std::string_view word;  // as reply_to() says it

  bool is_success() const { return word == "success"; }
};

/// Reserved keys stay as they are. A failure is {"error": {"name", "message", …}}.
JobResult job_result(Outcome outcome, const ReplyOptions& options);

/// Of a job that somebody did not want any more; an empty reason has Windmill's words.
std::string canceled_result(std::string_view by, std::string_view reason);

}  // namespace towermill
