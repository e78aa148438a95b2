#include "handler/args/body_kinds.h"
#include "runner/base/text.h"

namespace towermill {

Gathered args_of_text(const BodyInput& input) {
  // Then it will be there anyhow, and need not be UTF-8.
  if (input.asked.raw == Raw::added) return ArgsObject();
  if (!is_utf8(input.bytes)) return utf8_refusal(input.bytes);
  ArgsObject args;
  put_raw(args, input.bytes);
  return args;
}

}  // namespace towermill
