#pragma once
// JSON as this project needs it: checked once, cut into slices, never printed again. A number keeps every
// digit and an object its order, because the text of a member is passed on as it came.
// The only user of RapidJSON. Its holes (deep nesting, number overflow, lone surrogates) are closed here.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"

namespace towermill {

enum class JsonKind { null, boolean, number, string, object, array };

/// One member of an object, or (with an empty key) one element of an array.
struct JsonMember {
  std::string key;  // decoded, UTF-8
  JsonKind kind = JsonKind::null;
  std::string_view raw;  // the exact text of the value, a slice of what was parsed
};

/// One JSON value, opened one level deep. Views point into the text given to parse_json.
struct JsonValue {
  JsonKind kind = JsonKind::null;
  std::string_view raw;             // without the white space around it
  std::vector<JsonMember> members;  // of an object (in order, duplicates kept) or an array

  /// The last member of that name (RFC 8259 section 4 leaves duplicates open; the contract says: the last),
  /// or nullptr.
  const JsonMember* find(std::string_view key) const;
};

inline constexpr std::size_t default_json_depth = 128;
/// The most that a setting may ask: a level costs up to 130 bytes of stack (five times that with sanitizers),
/// and runs are served on stacks of 256 KiB.
inline constexpr std::size_t max_json_depth = 512;
/// Of what the server itself made of JSON that it had checked: args have a body, a form's files or an event
/// around it. No caller's limit: what was let in is never too deep later.
inline constexpr std::size_t made_json_depth = max_json_depth + 8;

/// An array of a million elements costs 64 MB to open; who does not look inside keeps it closed.
enum class JsonArrays { opened, closed };

/// Checks all of `text` (RFC 8259; UTF-8, no byte order mark, no lone surrogates, nesting at most
/// `depth_limit` levels, made_json_depth at most) in linear time, without recursion on what the caller
/// controls beyond that depth. Error: a sentence that names the place ("… at line 1, column 18") or the limit
/// ("json_depth_limit 128").
Result<JsonValue> parse_json(std::string_view text, std::size_t depth_limit = default_json_depth,
                             JsonArrays arrays = JsonArrays::opened);

/// Shows `visit` each member of an object, each element of an array, in order, until it returns false; checks
/// as parse_json() does. Keeps nothing, so that it is for arrays of any length.
Result<void> visit_json(std::string_view text, std::size_t depth_limit,
                        const std::function<bool(const JsonMember&)>& visit);

/// `utf8` as a JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD.
std::string json_quote(std::string_view utf8);

/// The object with these members, in order.
std::string json_object(const std::vector<JsonMember>& members);

/// The characters of a JSON string whose raw text (with quotes) came from parse_json.
std::string json_unquote(std::string_view raw);

}  // namespace towermill
