#pragma once
// The kinds of bodies, by content type, and what each makes args of. A new kind is a file and a row.

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "handler/args/args.h"
#include "handler/args/args_object.h"
#include "handler/http/message.h"

namespace towermill {

/// All outlives the args that are made of it.
struct BodyInput {
  const Request& request;
  Body& body;
  const ArgsAsked& asked;
  const ArgsOptions& options;
};

/// What a body becomes, or the response that refuses it.
using Gathered = std::variant<ArgsObject, Response>;

Gathered args_of_json(const BodyInput& input);
Gathered args_of_form(const BodyInput& input);
Gathered args_of_multipart(const BodyInput& input);
Gathered args_of_text(const BodyInput& input);
Gathered args_of_cloud_event(const BodyInput& input);
Gathered args_of_cloud_event_batch(const BodyInput& input);
Gathered args_of_other(const BodyInput& input);

/// By the request's content type.
Gathered args_of_body(const BodyInput& input);

/// The response that refuses a body unread, because of its type or its encoding; nothing: it may be read.
std::optional<Response> refusal_of_type(const Request& request, const ArgsAsked& asked);
bool is_multipart(const Request& request);

// What several kinds share.

/// The value's members as args, or all of it as `body`, as asked.
ArgsObject wrapped(JsonValue value, Wrap wrap);
/// The members as args, or all of them in `body`.
ArgsObject wrapped(ArgsObject fields, Wrap wrap);
/// The response to JSON that parse_json has refused.
Response json_refusal(std::string_view text, const Error& error);
Response utf8_refusal(std::string_view text);
/// The response to what MultipartReader or boundary_of has refused; the log is told of what the server itself
/// could not do.
Response multipart_refusal(const Error& error, const ArgsOptions& options);
/// raw_string where the bytes are UTF-8, else raw_base64.
void put_raw(ArgsObject& args, std::string_view bytes);

}  // namespace towermill
