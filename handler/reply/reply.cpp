#include "handler/reply/reply.h"

#include <string>
#include <utility>
#include <variant>

#include "handler/reply/composite.h"
#include "handler/reply/errors.h"
#include "handler/reply/failure.h"
#include "handler/reply/reserved_keys.h"
#include "handler/reply/returned.h"
#include "runner/base/json.h"

namespace towermill {
namespace {

Response json_response(int status, std::string body) {
  return Response{status, {{"Content-Type", "application/json"}}, std::move(body)};
}

/// `value`, which is a part of `text` and mostly all of it: a long one is not copied.
std::string taken(std::string&& text, std::string_view value) {
  return value.size() == text.size() ? std::move(text) : std::string(value);
}

/// `object` is a view of `text`.
Reply object_reply(JsonValue object, std::string&& text, const ReplyOptions& options) {
  const Reserved reserved = read_reserved(object);
  const std::string_view word = reserved.failure ? "failure" : "success";
  if (reserved.is_composite()) return {composite_response(reserved, options), word};
  if (!reserved.failure) return {json_response(200, taken(std::move(text), object.raw)), word};
  std::string body = with_manual_failure(std::move(object), *reserved.failure);
  return {json_response(options.failure_status, std::move(body)), word};
}

Reply reply_of(Returned returned, const ReplyOptions& options) {
  auto value = open_returned(returned, options);
  if (!value) return {unusable_result(value.error().message, options), "failure"};
  if (value->kind == JsonKind::object)
    return object_reply(std::move(*value), std::move(returned.json), options);
  return {json_response(200, taken(std::move(returned.json), value->raw)), "success"};
}

Reply reply_of(const Failed& failed, const ReplyOptions& options) {
  return {failure_response(failed, options), "failure"};
}

Reply reply_of(const TimedOut& late, const ReplyOptions&) {
  return {error_response(ServerError::timed_out, std::to_string(late.seconds)), "timeout"};
}

Reply reply_of(const Cancelled& cancelled, const ReplyOptions&) {
  return {error_response(ServerError::cancelled, cancelled.reason), "cancelled"};
}

Reply reply_of(const BadArgs& bad, const ReplyOptions&) {
  return {error_response(ServerError::bad_request, bad.message), "refused"};
}

Reply reply_of(const NotStarted& not_started, const ReplyOptions&) {
  return {error_response(ServerError::internal, not_started.message), "not started"};
}

}  // namespace

Reply reply_to(Outcome outcome, const ReplyOptions& options) {
  return std::visit([&](auto& kind) { return reply_of(std::move(kind), options); }, outcome);
}

}  // namespace towermill
