#include "handler/reply/reserved_keys.h"

#include <array>
#include <map>

#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr std::array rows = {
    ReservedKeyRow{ReservedKey::status_code, "windmill_status_code", "wm_status_code", "number",
                   "the status"},
    ReservedKeyRow{ReservedKey::content_type, "windmill_content_type", "wm_content_type", "string",
                   "the Content-Type; a string result is sent as its own characters"},
    ReservedKeyRow{ReservedKey::headers, "windmill_headers", "wm_headers",
                   "object of strings or arrays of strings", "added headers"},
    ReservedKeyRow{ReservedKey::transfer_encoding, "windmill_content_transfer_encoding",
                   "wm_content_transfer_encoding", "\"base64\"", "the result is decoded to bytes"},
    ReservedKeyRow{ReservedKey::failure, "wm_failure", "", "string",
                   "the job counts as failed, with this message"},
    ReservedKeyRow{ReservedKey::result, "result", "", "any", "the body"},
};

const JsonMember* find_unless_null(const JsonValue& object, std::string_view name) {
  const JsonMember* const member = object.find(name);
  return member == nullptr || member->kind == JsonKind::null ? nullptr : member;
}

const JsonMember* find_row(const JsonValue& object, const ReservedKeyRow& row) {
  const JsonMember* const member = find_unless_null(object, row.name);
  return member != nullptr || row.alias.empty() ? member : find_unless_null(object, row.alias);
}

std::optional<std::string> as_string(const JsonMember& member) {
  if (member.kind != JsonKind::string) return std::nullopt;
  return json_unquote(member.raw);
}

std::optional<std::vector<std::string>> as_strings(const JsonMember& member) {
  if (member.kind != JsonKind::array) {
    auto one = as_string(member);
    if (!one) return std::nullopt;
    return std::vector{std::move(*one)};
  }
  const auto array = parse_json(member.raw);
  if (!array) return std::nullopt;
  std::vector<std::string> values;
  for (const JsonMember& element : array->members) {
    auto value = as_string(element);
    if (!value) return std::nullopt;
    values.push_back(std::move(*value));
  }
  return values;
}

// The same name again, in whatever case, takes the place of the earlier one: a map has one value of each
// name.
std::optional<std::vector<Header>> as_headers(const JsonMember& member) {
  if (member.kind != JsonKind::object) return std::nullopt;
  const auto object = parse_json(member.raw);
  if (!object) return std::nullopt;
  std::map<std::string, const JsonMember*> last;
  for (const JsonMember& entry : object->members) last[to_lower(entry.key)] = &entry;
  std::vector<Header> headers;
  for (const JsonMember& entry : object->members) {
    auto values = as_strings(entry);
    if (!values) return std::nullopt;
    if (last[to_lower(entry.key)] != &entry) continue;
    for (std::string& value : *values) headers.push_back({entry.key, std::move(value)});
  }
  return headers;
}

void take_string(const JsonMember& member, std::optional<std::string>& into, Reserved& reserved) {
  into = as_string(member);
  reserved.composes = true;
  reserved.well_typed &= into.has_value();
}

void take_status(const JsonMember& member, Reserved& reserved) {
  reserved.composes = true;
  reserved.well_typed &= member.kind == JsonKind::number;
  reserved.status_number = member.raw;
}

void take_headers(const JsonMember& member, Reserved& reserved) {
  auto headers = as_headers(member);
  reserved.composes = true;
  reserved.well_typed &= headers.has_value();
  if (headers) reserved.headers = std::move(*headers);
}

void take(ReservedKey key, const JsonMember& member, Reserved& reserved) {
  switch (key) {
    case ReservedKey::status_code:
      return take_status(member, reserved);
    case ReservedKey::content_type:
      return take_string(member, reserved.content_type, reserved);
    case ReservedKey::headers:
      return take_headers(member, reserved);
    case ReservedKey::transfer_encoding:
      return take_string(member, reserved.transfer_encoding, reserved);
    case ReservedKey::failure:
      reserved.failure = as_string(member);
      return;  // of another type it is ignored
    case ReservedKey::result:
      reserved.result = member;
      return;
  }
}

}  // namespace

std::vector<ReservedKeyRow> reserved_key_table() { return {rows.begin(), rows.end()}; }

Reserved read_reserved(const JsonValue& object) {
  Reserved reserved;
  for (const ReservedKeyRow& row : rows) {
    if (const JsonMember* const member = find_row(object, row)) take(row.key, *member, reserved);
  }
  return reserved;
}

}  // namespace towermill
