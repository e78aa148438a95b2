#include "handler/reply/job_result.h"

#include <utility>
#include <variant>

#include "handler/reply/failure.h"
#include "handler/reply/reserved_keys.h"
#include "handler/reply/returned.h"
#include "runner/base/json.h"

namespace towermill {

namespace {

JobResult failed(const Failed& failure, std::string_view word) {
  return {failure_response(failure, {}).body, word};
}

JobResult result_of(Returned returned, const ReplyOptions& options) {
  auto value = open_returned(returned, options);
  if (!value) return failed(execution_error(value.error().message), "failure");
  if (value->kind == JsonKind::object)
    if (const auto failure = read_reserved(*value).failure)
      return {with_manual_failure(std::move(*value), *failure), "failure"};
  if (value->raw.size() == returned.json.size()) return {std::move(returned.json), "success"};
  return {std::string(value->raw), "success"};
}

JobResult result_of(const Failed& failure, const ReplyOptions&) { return failed(failure, "failure"); }

JobResult result_of(const TimedOut& late, const ReplyOptions&) {
  return failed(execution_error("timeout after " + std::to_string(late.seconds) + "s"), "timeout");
}

JobResult result_of(const Cancelled& cancelled, const ReplyOptions&) {
  return {canceled_result("", cancelled.reason), "cancelled"};
}

JobResult result_of(const BadArgs& bad, const ReplyOptions&) {
  return failed(execution_error(bad.message), "refused");
}

JobResult result_of(const NotStarted& not_started, const ReplyOptions&) {
  return failed(execution_error(not_started.message), "not started");
}

}  // namespace

JobResult job_result(Outcome outcome, const ReplyOptions& options) {
  return std::visit([&](auto& kind) { return result_of(std::move(kind), options); }, outcome);
}

std::string canceled_result(std::string_view by, std::string_view reason) {
  const std::string why(reason.empty() ? "unexplicited reasons" : reason);
  const std::string message = "Job canceled: " + why + (by.empty() ? "" : " by " + std::string(by));
  std::string json =
      R"({"error":{"name":"Canceled","message":)" + json_quote(message) + R"(,"reason":)" + json_quote(why);
  if (!by.empty()) json += R"(,"canceler":)" + json_quote(by);
  return json + "}}";
}

}  // namespace towermill
