#include "handler/schema/check_args.h"

#include <algorithm>
#include <compare>

#include "handler/schema/number.h"
#include "handler/schema/schema_node.h"
#include "runner/base/crypto.h"
#include "runner/base/json.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

/// What is wrong, or nothing.
using Misfit = std::optional<std::string>;

constexpr std::size_t longest_shown = 60;

std::string shown(const JsonMember& value) {
  if (value.kind == JsonKind::object) return "an object";
  if (value.kind == JsonKind::array) return "an array";
  if (value.raw.size() <= longest_shown) return printable(value.raw);
  const std::size_t whole = utf8_prefix(value.raw.substr(0, longest_shown));
  return printable(value.raw.substr(0, whole)) + "…";
}

bool is_of(const JsonMember& value, SchemaKind kind) {
  switch (value.kind) {
    case JsonKind::null:
      return kind == SchemaKind::null;
    case JsonKind::boolean:
      return kind == SchemaKind::boolean;
    case JsonKind::number:
      return kind == SchemaKind::number || (kind == SchemaKind::integer && is_integer(value.raw));
    case JsonKind::string:
      return kind == SchemaKind::string;
    case JsonKind::object:
      return kind == SchemaKind::object;
    default:
      return kind == SchemaKind::array;
  }
}

bool is_same(const JsonMember& value, const std::string& wanted) {
  if (value.raw == wanted) return true;
  const auto other = parse_json(wanted, max_json_depth, JsonArrays::closed);
  if (!other || other->kind != value.kind) return false;
  if (value.kind == JsonKind::string) return json_unquote(value.raw) == json_unquote(wanted);
  return value.kind == JsonKind::number && std::is_eq(compare_numbers(value.raw, wanted));
}

bool are_digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return false;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at),
                     text.begin() + static_cast<std::ptrdiff_t>(at + count),
                     [](char c) { return '0' <= c && c <= '9'; });
}

int number_at(std::string_view text, std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); }

bool is_between(std::string_view text, std::size_t at, int least, int most) {
  return are_digits(text, at, 2) && number_at(text, at) >= least && number_at(text, at) <= most;
}

bool is_offset(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return true;
  if (text[0] != '+' && text[0] != '-') return false;
  if (!is_between(text, 1, 0, 23)) return false;
  if (text.size() == 3) return true;
  const std::size_t minutes = text[3] == ':' ? 4 : 3;
  return text.size() == minutes + 2 && is_between(text, minutes, 0, 59);
}

bool is_time(std::string_view text) {
  if (!is_between(text, 0, 0, 23) || text.size() < 5 || text[2] != ':' || !is_between(text, 3, 0, 59))
    return false;
  text.remove_prefix(5);
  if (!text.starts_with(':')) return is_offset(text);
  if (!is_between(text, 1, 0, 60)) return false;
  text.remove_prefix(3);
  if (text.starts_with('.') || text.starts_with(',')) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", 1), text.size());
    if (end == 1) return false;
    text.remove_prefix(end);
  }
  return is_offset(text);
}

/// RFC 3339, and of ISO 8601 what languages read besides: a date alone, a time without seconds or offset.
bool is_date_time(std::string_view text) {
  const bool is_date = are_digits(text, 0, 4) && text.size() >= 10 && text[4] == '-' &&
                       is_between(text, 5, 1, 12) && text[7] == '-' && is_between(text, 8, 1, 31);
  if (!is_date || text.size() == 10) return is_date;
  const bool parted = text[10] == 'T' || text[10] == 't' || text[10] == ' ';
  return parted && is_time(text.substr(11));
}

class Check {
 public:
  Misfit members(const SchemaNode& schema, std::string_view object, const std::string& path) const;

 private:
  Misfit value(const SchemaNode& schema, const JsonMember& value, const std::string& path) const;
  Misfit items(const SchemaNode& schema, std::string_view array, const std::string& path) const;
  static bool fits_alone(const SchemaNode& schema, const JsonMember& value);
  static bool fits_text(const SchemaNode& schema, const JsonMember& value);
  static std::string sentence(const std::string& path, const JsonMember& came, const SchemaNode& schema) {
    const std::string expected = expected_by(schema);
    return "the argument " + json_quote(path) + " is " + shown(came) + ", but " +
           (expected.empty() ? "not as its schema says" : "must be " + expected);
  }
};

bool Check::fits_text(const SchemaNode& schema, const JsonMember& value) {
  if (value.kind != JsonKind::string) return true;
  if (schema.is_date_time) return is_date_time(json_unquote(value.raw));
  return !schema.is_base64 || base64_decode(json_unquote(value.raw), Base64::any_alphabet).ok();
}

/// All that can be told without looking inside.
bool Check::fits_alone(const SchemaNode& schema, const JsonMember& value) {
  const auto is_one = [&](SchemaKind kind) { return is_of(value, kind); };
  const auto equals = [&](const std::string& wanted) { return is_same(value, wanted); };
  if (!schema.kinds.empty() && std::none_of(schema.kinds.begin(), schema.kinds.end(), is_one)) return false;
  if (!schema.values.empty() && std::none_of(schema.values.begin(), schema.values.end(), equals))
    return false;
  if (value.kind == JsonKind::number) {
    if (schema.minimum && std::is_lt(compare_numbers(value.raw, *schema.minimum))) return false;
    if (schema.maximum && std::is_gt(compare_numbers(value.raw, *schema.maximum))) return false;
  }
  return fits_text(schema, value);
}

Misfit Check::value(const SchemaNode& schema, const JsonMember& value, const std::string& path) const {
  if (!fits_alone(schema, value)) return sentence(path, value, schema);
  if (!schema.choices.empty()) {
    const bool fits = std::any_of(schema.choices.begin(), schema.choices.end(),
                                  [&](const auto& choice) { return !this->value(choice, value, path); });
    if (!fits) return sentence(path, value, schema);
  }
  if (value.kind == JsonKind::object) return members(schema, value.raw, path);
  if (value.kind == JsonKind::array && schema.items) return items(*schema.items, value.raw, path);
  return std::nullopt;
}

Misfit Check::members(const SchemaNode& schema, std::string_view object, const std::string& path) const {
  if (schema.properties.empty() && schema.required.empty() && !schema.others) return std::nullopt;
  const auto found = parse_json(object, made_json_depth, JsonArrays::closed);
  const auto name_of = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
  const auto is_required = [&](const std::string& key) {
    return std::find(schema.required.begin(), schema.required.end(), key) != schema.required.end();
  };
  for (const std::string& key : schema.required) {
    if (found->find(key) != nullptr) continue;
    const auto property = schema.properties.find(key);
    const std::string expected = property == schema.properties.end() ? "" : expected_by(property->second);
    return "the argument " + json_quote(name_of(key)) + " is missing" +
           (expected.empty() ? "" : ", and must be " + expected);
  }
  for (const JsonMember& member : found->members) {
    const auto property = schema.properties.find(member.key);
    const SchemaNode* wanted = property != schema.properties.end() ? &property->second : schema.others.get();
    if (wanted == nullptr || (member.kind == JsonKind::null && !is_required(member.key))) continue;
    if (auto misfit = value(*wanted, member, name_of(member.key))) return misfit;
  }
  return std::nullopt;
}

Misfit Check::items(const SchemaNode& schema, std::string_view array, const std::string& path) const {
  Misfit misfit;
  std::size_t place = 0;
  const auto fits = [&](const JsonMember& item) {
    misfit = value(schema, item, path + "[" + std::to_string(place++) + "]");
    return !misfit;
  };
  const auto visited = visit_json(array, made_json_depth, fits);
  return visited ? misfit : std::nullopt;
}

}  // namespace

Misfit misfit(std::string_view schema, std::string_view args) {
  return Check().members(read_schema(schema), args, "");
}

}  // namespace towermill
