#include "handler/args/body_kinds.h"
#include "runner/base/text.h"

namespace towermill {

Gathered args_of_text(const BodyInput& input) {
  // Then it will be there anyhow, and need not be UTF-8.
  if (input.asked.raw == Raw::added) return ArgsObject();
  if (!is_utf8(input.body.bytes)) return utf8_refusal(input.body.bytes);
  ArgsObject args;
  put_raw(args, input.body.bytes);
  return args;
}

}  // namespace towermill
