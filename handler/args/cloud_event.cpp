// Structured CloudEvents (CloudEvents 1.0, JSON format): the envelope and the data in one object.
#include "handler/args/body_kinds.h"
#include "handler/args/cloud_headers.h"
#include "handler/reply/errors.h"

namespace towermill {
namespace {

constexpr std::string_view data_member = "data";

std::string envelope_of(const JsonValue& event) {
  ArgsObject envelope;
  for (const JsonMember& member : event.members)
    if (member.key != data_member) envelope.put(member.key, member.raw);
  return std::move(envelope).text();
}

}  // namespace

Gathered args_of_cloud_event(const BodyInput& input) {
  const std::size_t depth = input.options.json_depth_limit;
  auto event = parse_json(input.body.bytes, depth, JsonArrays::closed);
  if (!event) return json_refusal(input.body.bytes, event.error());
  if (event->kind != JsonKind::object)
    return error_response(ServerError::bad_request, "a cloud event is a JSON object");
  ArgsObject args;
  if (const JsonMember* data = event->find(data_member)) {
    auto value = parse_json(data->raw, depth, JsonArrays::closed);
    if (!value) return json_refusal(input.body.bytes, value.error());
    args = wrapped(std::move(*value), input.asked.wrap);
  }
  args.put_own(std::string(cloud_event_arg), envelope_of(*event));
  return args;
}

Gathered args_of_cloud_event_batch(const BodyInput& /*input*/) {
  return error_response(ServerError::bad_request, "Cloud events batching is not supported yet");
}

}  // namespace towermill
