#include "handler/reply/returned.h"

namespace towermill {

Result<JsonValue> open_returned(const Returned& returned, const ReplyOptions& options) {
  if (returned.json.size() > options.result_limit_bytes)
    return Error{"the result is longer than result_limit_bytes " +
                 std::to_string(options.result_limit_bytes)};
  auto value = parse_json(returned.json, options.json_depth_limit, JsonArrays::closed);
  if (!value) return Error{"the result cannot be read as JSON: " + value.error().message};
  return value;
}

std::string with_manual_failure(JsonValue object, std::string_view message) {
  const std::string error = R"({"name":"ManualFailure","message":)" + json_quote(message) + '}';
  std::erase_if(object.members, [](const JsonMember& member) { return member.key == "error"; });
  object.members.push_back({"error", JsonKind::object, error});
  return json_object(object.members);
}

}  // namespace towermill
