#include "handler/args/args.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>

#include "handler/reply/errors.h"
#include "runner/base/crypto.h"
#include "runner/base/json.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

using Args = std::variant<std::string, Response>;

enum class Wrap { non_objects, everything };

struct BodyInput {
  const Request& request;
  const ArgsOptions& options;
  Wrap wrap;
};

// By name, and under one name by place. Sorted, not hashed: a caller can choose names whose hashes collide.
std::vector<std::size_t> places_by_name(const std::vector<JsonMember>& members) {
  std::vector<std::size_t> places(members.size());
  std::iota(places.begin(), places.end(), 0U);
  std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(members[a].key, a) < std::tie(members[b].key, b);
  });
  return places;
}

enum class Duplicates { none, dropped };

// Leaves each name's first place with its last value, as Python and JavaScript do.
Duplicates drop_duplicates(std::vector<JsonMember>& members) {
  std::vector<bool> doomed(members.size());
  Duplicates found = Duplicates::none;
  JsonMember* first = nullptr;
  for (const std::size_t place : places_by_name(members)) {
    if (first == nullptr || members[place].key != first->key) {
      first = &members[place];
    } else {
      first->raw = members[place].raw;
      doomed[place] = true;
      found = Duplicates::dropped;
    }
  }
  std::size_t kept = 0;
  for (std::size_t place = 0; place < doomed.size(); ++place) {
    if (!doomed[place]) std::swap(members[kept++], members[place]);
  }
  members.resize(kept);
  return found;
}

// The text as it came, unless a name stands in it twice.
std::string object_text(JsonValue object) {
  return drop_duplicates(object.members) == Duplicates::none ? std::string(object.raw)
                                                             : json_object(object.members);
}

Args json_args(const BodyInput& input) {
  const std::string& body = input.request.body;
  if (trim(body).empty()) return "{}";
  auto value = parse_json(body, input.options.json_depth_limit, JsonArrays::closed);
  if (!value) {
    const std::size_t valid = utf8_prefix(body);
    if (valid == body.size()) return error_response(ServerError::invalid_json, value.error().message);
    return error_response(ServerError::invalid_utf8, "a byte is no UTF-8 at " + place(body, valid));
  }
  if (value->kind == JsonKind::object && input.wrap == Wrap::non_objects) {
    return object_text(std::move(*value));
  }
  return R"({"body":)" + std::string(value->raw) + '}';
}

// One row for each kind of body; the content type only has to begin so, as Windmill has it.
struct BodyKind {
  std::string_view content_type;
  Args (*read)(const BodyInput&);
};
constexpr std::array body_kinds = {BodyKind{"application/json", json_args}};

Args body_args(const BodyInput& input) {
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

Args payload_args(std::string_view payload, const ArgsOptions& options) {
  // A "+" that the client did not escape reached us as a blank.
  std::string base64(payload);
  std::replace(base64.begin(), base64.end(), ' ', '+');
  const auto text = base64_decode(base64, Base64::any_alphabet);
  if (!text) return error_response(ServerError::invalid_payload, "not base64: " + text.error().message);
  auto value = parse_json(*text, options.json_depth_limit, JsonArrays::closed);
  if (!value) return error_response(ServerError::invalid_payload, value.error().message);
  if (value->kind != JsonKind::object) {
    return error_response(ServerError::invalid_payload, "it is no JSON object");
  }
  return object_text(std::move(*value));
}

}  // namespace

Args make_args(const Request& request, const Query& query, const ArgsOptions& options) {
  if (request.method == "GET") {
    const auto payload = query.get("payload");
    return payload ? payload_args(*payload, options) : Args("{}");
  }
  const auto wrap = query.flag("wrap_body");
  if (!wrap) return error_response(ServerError::bad_request, wrap.error().message);
  return body_args({request, options, *wrap ? Wrap::everything : Wrap::non_objects});
}

}  // namespace towermill
