#include "handler/args/body_kinds.h"
#include "runner/base/text.h"

namespace towermill {

Gathered args_of_json(const BodyInput& input) {
  if (trim(input.body.bytes).empty()) return ArgsObject();
  auto value = parse_json(input.body.bytes, input.options.json_depth_limit, JsonArrays::closed);
  if (!value) return json_refusal(input.body.bytes, value.error());
  return wrapped(std::move(*value), input.asked.wrap);
}

}  // namespace towermill
