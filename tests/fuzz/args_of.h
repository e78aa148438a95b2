#pragma once
// A body of one type as args, and what holds for all args.

#include <string>
#include <string_view>

#include "handler/args/args.h"
#include "runner/base/json.h"
#include "tests/fuzz/target.h"

namespace towermill {

/// The first byte of the input chooses what is asked.
inline void args_hold(std::string_view input, std::string type) {
  if (input.empty()) return;
  const Request request{"POST", {}, "", {{"content-type", std::move(type)}}, ""};
  ArgsAsked asked;
  if ((input[0] & 1) != 0) asked.wrap = Wrap::everything;
  if ((input[0] & 2) != 0) asked.raw = Raw::added;
  const std::string body(input.substr(1));
  const auto made = make_args(request, {.bytes = body}, Query(), asked, ArgsOptions());
  if (const auto* refusal = std::get_if<Response>(&made))
    return must(refusal->status >= 400 && refusal->body.find('\n') == std::string::npos);
  // Bytes of the request may nest as deep as is allowed, and one deeper where they were wrapped.
  const auto parsed = parse_json(std::get<Args>(made).text, default_json_depth + 2);
  must(parsed.ok() && parsed->kind == JsonKind::object);
  if (asked.raw == Raw::left_out) return;
  const JsonMember* raw = parsed->find("raw_string");
  must(raw != nullptr ? json_unquote(raw->raw) == body : parsed->find("raw_base64") != nullptr);
}

}  // namespace towermill
