#include "handler/reply/failure.h"

#include "runner/base/json.h"

namespace towermill {

Response failure_response(const Failed& failed, const ReplyOptions& options) {
  std::string body = R"({"error":{"name":)" + json_quote(failed.name);
  body += R"(,"message":)" + json_quote(failed.message);
  if (failed.exit_code) body += R"(,"exit_code":)" + std::to_string(*failed.exit_code);
  if (!failed.stack.empty()) body += R"(,"stack":)" + json_quote(failed.stack);
  return Response{options.failure_status, {{"Content-Type", "application/json"}}, body + "}}"};
}

Response unusable_result(std::string_view why, const ReplyOptions& options) {
  return failure_response(execution_error(std::string(why)), options);
}

}  // namespace towermill
