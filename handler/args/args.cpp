#include "handler/args/args.h"

#include <algorithm>
#include <array>

#include "handler/args/args_object.h"
#include "handler/reply/errors.h"
#include "runner/base/crypto.h"
#include "runner/base/json.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

/// A refusal, or nothing.
using Refusal = std::optional<Response>;
using Gathered = std::variant<ArgsObject, Response>;

struct BodyInput {
  const Request& request;
  const ArgsAsked& asked;
  const ArgsOptions& options;
};

Gathered json_args(const BodyInput& input) {
  const std::string& body = input.request.body;
  if (trim(body).empty()) return ArgsObject();
  auto value = parse_json(body, input.options.json_depth_limit, JsonArrays::closed);
  if (!value) {
    const std::size_t valid = utf8_prefix(body);
    if (valid == body.size()) return error_response(ServerError::invalid_json, value.error().message);
    return error_response(ServerError::invalid_utf8, "a byte is no UTF-8 at " + place(body, valid));
  }
  if (value->kind == JsonKind::object && input.asked.wrap == Wrap::non_objects)
    return ArgsObject(std::move(*value));
  ArgsObject args;
  args.put("body", value->raw);
  return args;
}

// One row for each kind of body; the content type only has to begin so, as Windmill has it.
struct BodyKind {
  std::string_view content_type;
  Gathered (*read)(const BodyInput&);
};
constexpr std::array body_kinds = {BodyKind{"application/json", json_args}};

Gathered body_args(const BodyInput& input) {
  const std::string_view encoding = input.request.header("content-encoding");
  if (!input.request.body.empty() && !encoding.empty() && !equals_ignoring_case(encoding, "identity")) {
    return error_response(ServerError::unsupported_content_encoding, encoding);
  }
  const std::string_view given = trim(input.request.header("content-type"));
  if (given.empty()) return json_args(input);
  const std::string type = to_lower(trim(given.substr(0, given.find(';'))));
  const auto kind = std::find_if(body_kinds.begin(), body_kinds.end(),
                                 [&](const BodyKind& k) { return type.starts_with(k.content_type); });
  if (kind != body_kinds.end()) return kind->read(input);
  return error_response(ServerError::unsupported_media_type,
                        "a body of type " + type + " cannot become args, send application/json");
}

/// `decoded` keeps the text that the args point to.
Gathered payload_args(const BodyInput& input, std::string& decoded) {
  if (!input.asked.payload) return ArgsObject();
  // A "+" that the client did not escape reached us as a blank.
  std::string base64 = *input.asked.payload;
  std::replace(base64.begin(), base64.end(), ' ', '+');
  auto text = base64_decode(base64, Base64::any_alphabet);
  if (!text) return error_response(ServerError::invalid_payload, "not base64: " + text.error().message);
  decoded = std::move(*text);
  auto value = parse_json(decoded, input.options.json_depth_limit, JsonArrays::closed);
  if (!value) return error_response(ServerError::invalid_payload, value.error().message);
  if (value->kind != JsonKind::object)
    return error_response(ServerError::invalid_payload, "it is no JSON object");
  return ArgsObject(std::move(*value));
}

std::string arg_name(std::string_view header) {
  std::string name = to_lower(header);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

void put_headers(ArgsObject& args, const std::vector<std::string>& names, const Request& request) {
  for (const std::string& name : names) {
    const std::string_view value = request.header(to_lower(name));
    if (!value.empty()) args.put_own(arg_name(name), json_quote(value));
  }
}

Refusal put_query(ArgsObject& args, const std::vector<std::string>& names, const Query& query) {
  for (const std::string& name : names) {
    const auto value = query.get(name);
    if (!value) continue;
    if (!is_utf8(name) || !is_utf8(*value))
      return error_response(ServerError::invalid_utf8, "the query parameter " + printable(name));
    args.put_own(name, json_quote(*value));
  }
  return std::nullopt;
}

}  // namespace

std::variant<std::string, Response> make_args(const Request& request, const Query& query,
                                              const ArgsAsked& asked, const ArgsOptions& options) {
  const BodyInput input{request, asked, options};
  const bool has_body = request.method != "GET";
  std::string decoded;
  Gathered gathered = has_body ? body_args(input) : payload_args(input, decoded);
  if (auto* refusal = std::get_if<Response>(&gathered)) return std::move(*refusal);
  auto& args = std::get<ArgsObject>(gathered);
  put_headers(args, options.include_headers, request);
  put_headers(args, asked.include_header, request);
  if (auto refusal = put_query(args, asked.include_query, query)) return std::move(*refusal);
  for (const ExtraArg& extra : asked.extra) args.put(extra.name, extra.json);
  if (has_body && asked.raw == Raw::added) args.put_own("raw_string", json_quote(request.body));
  return std::move(args).text();
}

}  // namespace towermill
