#include <cerrno>

#include "handler/args/body_kinds.h"
#include "handler/http/form.h"
#include "handler/reply/errors.h"
#include "runner/base/text.h"

namespace towermill {

Gathered args_of_form(const BodyInput& input) {
  auto fields = parse_form(input.body.bytes, input.options.form);
  if (!fields) {
    const bool too_much = fields.error().os_error == EFBIG;
    return error_response(too_much ? ServerError::payload_too_large : ServerError::invalid_form,
                          fields.error().message);
  }
  ArgsObject args;
  for (FormField& field : *fields) {
    if (!is_utf8(field.name)) return error_response(ServerError::invalid_utf8, "the name of a field");
    if (!is_utf8(field.value))
      return error_response(ServerError::invalid_utf8, "the value of the field " + printable(field.name));
    args.put_own(std::move(field.name), json_quote(field.value));
  }
  return wrapped(std::move(args), input.asked.wrap);
}

}  // namespace towermill
