#include "handler/args/body_kinds.h"

#include <algorithm>
#include <array>

#include "handler/args/cloud_headers.h"
#include "handler/reply/errors.h"
#include "runner/base/crypto.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

struct BodyKind {
  std::string_view content_type;  // in lower case; the request's has to begin so, as Windmill has it
  Gathered (*read)(const BodyInput&);
};

constexpr std::array body_kinds = {
    BodyKind{"application/json", args_of_json},
    BodyKind{"application/cloudevents+json", args_of_cloud_event},
    BodyKind{"application/cloudevents-batch+json", args_of_cloud_event_batch},
    BodyKind{"application/x-www-form-urlencoded", args_of_form},
    BodyKind{"multipart/form-data", args_of_multipart},
    BodyKind{"text/plain", args_of_text},
    BodyKind{"application/xml", args_of_text},
    BodyKind{"text/xml", args_of_text},
};

using Read = Gathered (*)(const BodyInput&);

Read kind_of(const Request& request) {
  const std::string type = to_lower(trim(request.header("content-type")));
  if (type.empty()) return args_of_json;
  const auto kind = std::find_if(body_kinds.begin(), body_kinds.end(),
                                 [&](const BodyKind& k) { return type.starts_with(k.content_type); });
  return kind == body_kinds.end() ? args_of_other : kind->read;
}

Response unsupported(const Request& request) {
  const std::string_view given = request.header("content-type");
  const std::string type = to_lower(trim(given.substr(0, given.find(';'))));
  return error_response(ServerError::unsupported_media_type,
                        "a body of type " + type + " cannot become args without raw=true");
}

}  // namespace

bool is_multipart(const Request& request) { return kind_of(request) == args_of_multipart; }

std::optional<Response> refusal_of_type(const Request& request, const ArgsAsked& asked) {
  const std::string_view encoding = request.header("content-encoding");
  if (!encoding.empty() && !equals_ignoring_case(encoding, "identity"))
    return error_response(ServerError::unsupported_content_encoding, encoding);
  if (kind_of(request) == args_of_other && asked.raw == Raw::left_out) return unsupported(request);
  return std::nullopt;
}

Gathered args_of_body(const BodyInput& input) {
  if (auto refusal = refusal_of_type(input.request, input.asked)) return std::move(*refusal);
  Gathered gathered = kind_of(input.request)(input);
  if (auto* args = std::get_if<ArgsObject>(&gathered))
    if (auto refusal = put_cloud_headers(*args, input.request)) return std::move(*refusal);
  return gathered;
}

ArgsObject wrapped(JsonValue value, Wrap wrap) {
  if (value.kind == JsonKind::object && wrap == Wrap::non_objects) return ArgsObject(std::move(value));
  ArgsObject args;
  args.put("body", value.raw);
  return args;
}

ArgsObject wrapped(ArgsObject fields, Wrap wrap) {
  if (wrap == Wrap::non_objects) return fields;
  ArgsObject args;
  args.put_own("body", std::move(fields).text());
  return args;
}

Response json_refusal(std::string_view text, const Error& error) {
  if (!is_utf8(text)) return utf8_refusal(text);
  return error_response(ServerError::invalid_json, error.message);
}

Response utf8_refusal(std::string_view text) {
  return error_response(ServerError::invalid_utf8, "a byte is no UTF-8 at " + place(text, utf8_prefix(text)));
}

void put_raw(ArgsObject& args, std::string_view bytes) {
  if (is_utf8(bytes)) {
    args.put_own("raw_string", json_quote(bytes));
  } else {
    args.put_own("raw_base64", json_quote(base64_encode(bytes)));
  }
}

}  // namespace towermill
