#include "handler/args/args.h"

#include <algorithm>

#include "handler/args/body_kinds.h"
#include "handler/reply/errors.h"
#include "runner/base/crypto.h"
#include "runner/base/json.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

/// A refusal, or nothing.
using Refusal = std::optional<Response>;

/// `decoded` keeps the text that the args point to.
Gathered args_of_payload(const BodyInput& input, std::string& decoded) {
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

void put_headers(ArgsObject& args, const std::vector<std::string>& names, const Request& request,
                 const ArgsAsked& asked) {
  for (const std::string& name : names) {
    const std::string_view value = request.header(to_lower(name));
    if (!value.empty() && !asked.withholds(value)) args.put_own(arg_name(name), json_quote(value));
  }
}

Refusal put_query(ArgsObject& args, const Query& query, const ArgsAsked& asked) {
  for (const std::string& name : asked.include_query) {
    const auto value = query.get(name);
    if (!value || asked.withholds(*value)) continue;
    if (!is_utf8(name) || !is_utf8(*value))
      return error_response(ServerError::invalid_utf8, "the query parameter " + printable(name));
    args.put_own(name, json_quote(*value));
  }
  return std::nullopt;
}

}  // namespace

std::variant<Args, Response> make_args(const Request& request, Body body, const Query& query,
                                       const ArgsAsked& asked, const ArgsOptions& options) {
  const BodyInput input{request, body, asked, options};
  const bool has_body = request.method != "GET";
  std::string decoded;
  Gathered gathered = has_body ? args_of_body(input) : args_of_payload(input, decoded);
  if (auto* refusal = std::get_if<Response>(&gathered)) return std::move(*refusal);
  auto& args = std::get<ArgsObject>(gathered);
  put_headers(args, options.include_headers, request, asked);
  put_headers(args, asked.include_header, request, asked);
  if (auto refusal = put_query(args, query, asked)) return std::move(*refusal);
  for (const ExtraArg& extra : asked.extra) args.put(extra.name, extra.json);
  if (has_body && asked.raw == Raw::added) put_raw(args, body.bytes);
  return Args{std::move(args).text(), body.form ? body.form->folder : nullptr};
}

}  // namespace towermill
