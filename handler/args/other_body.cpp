#include "handler/args/body_kinds.h"
#include "handler/reply/errors.h"
#include "runner/base/text.h"

namespace towermill {

Gathered args_of_other(const BodyInput& input) {
  if (input.asked.raw == Raw::added) return ArgsObject();
  const std::string_view given = input.request.header("content-type");
  const std::string type = to_lower(trim(given.substr(0, given.find(';'))));
  return error_response(ServerError::unsupported_media_type,
                        "a body of type " + type + " cannot become args without raw=true");
}

}  // namespace towermill
