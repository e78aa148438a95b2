#include "runner/languages/source/literal.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "runner/base/json.h"

namespace towermill {
namespace {

using Json = std::optional<std::string>;

constexpr int most_levels = 16;
constexpr std::size_t longest_literal = 4096;  // as JSON: a default is there to be read by people

/// The number as JSON writes it, if it is a decimal one.
Json number_of(std::string_view raw) {
  std::string digits(raw);
  std::erase(digits, '_');
  if (digits.ends_with('n')) digits.pop_back();  // JavaScript's bigint
  const auto value = parse_json(digits);
  return value && value->kind == JsonKind::number ? Json(digits) : std::nullopt;
}

class Reader {
 public:
  explicit Reader(const LiteralStyle& style) : style_(style) {}

  Json value(SourceCursor& cursor, int levels = 0) const {
    if (levels > most_levels) return std::nullopt;
    if (cursor.is("[")) return list(cursor.inside(), levels + 1);
    if (cursor.is("{")) return map(cursor.inside(), levels + 1);
    const bool negative = cursor.take("-");
    const SourceToken token = cursor.peek();
    cursor.next();
    if (token.kind == SourceToken::number) return number_of((negative ? "-" : "") + std::string(token.raw));
    if (negative) return std::nullopt;
    if (token.kind == SourceToken::text) return style_.string(token.raw);
    const std::string_view constant =
        token.kind == SourceToken::word ? style_.constant(token.raw) : std::string_view();
    return constant.empty() ? std::nullopt : Json(constant);
  }

 private:
  Json list(SourceCursor items, int levels) const;
  Json map(SourceCursor members, int levels) const;
  Json key(SourceCursor& cursor) const;

  const LiteralStyle& style_;
};

/// PHP's maps stand in brackets, too: an arrow tells.
Json Reader::list(SourceCursor items, int levels) const {
  SourceCursor first = items;
  first.up_to({",", style_.arrow});
  if (first.is(style_.arrow) && style_.arrow == "=>") return map(items, levels);
  std::string text;
  while (!items.at_end()) {
    const Json item = value(items, levels);
    if (!item || !(items.at_end() || items.take(","))) return std::nullopt;
    text += (text.empty() ? "" : ",") + *item;
  }
  return "[" + text + "]";
}

Json Reader::map(SourceCursor members, int levels) const {
  std::string text;
  while (!members.at_end()) {
    const Json name = key(members);
    if (!name || !members.take(style_.arrow)) return std::nullopt;
    const Json item = value(members, levels);
    if (!item || !(members.at_end() || members.take(","))) return std::nullopt;
    text += (text.empty() ? "" : ",") + *name + ":" + *item;
  }
  return "{" + text + "}";
}

Json Reader::key(SourceCursor& cursor) const {
  const SourceToken token = cursor.peek();
  cursor.next();
  if (token.kind == SourceToken::text) return style_.string(token.raw);
  if (token.kind == SourceToken::word && style_.bare_keys) return json_quote(token.raw);
  return std::nullopt;
}

std::string unit_of(unsigned point) {
  if (point < 0x10000) return fmt::format("\\u{:04x}", point);
  point -= 0x10000;
  return fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (point >> 10), 0xDC00 + (point & 0x3FF));
}

/// Takes the escapes of one string apart. `rest` begins behind a backslash.
class Unescape {
 public:
  explicit Unescape(const Escapes& escapes) : escapes_(escapes) {}

  /// The JSON of one escape, and `rest` behind it; nullopt where it is none.
  Json take(std::string_view& rest) const {
    if (rest.empty()) return std::nullopt;
    const char kind = rest.front();
    if (kind == '\n') return past(rest, 1, "");
    for (std::size_t at = 0; at + 1 < escapes_.characters.size(); at += 2) {
      if (escapes_.characters[at] == kind)
        return past(rest, 1, unit_of(static_cast<unsigned char>(escapes_.characters[at + 1])));
    }
    if (escapes_.in_octal && '0' <= kind && kind <= '7') return digits(rest, 0, 3, 8);
    if (escapes_.in_hex && kind == 'x') return digits(rest, 1, 2, 16);
    if (escapes_.in_braces && rest.starts_with("u{")) return in_braces(rest);
    if (escapes_.in_four && kind == 'u') return exactly(rest, 4);
    if (escapes_.in_eight && kind == 'U') return exactly(rest, 8);
    if (escapes_.in_eight && kind == 'N') return std::nullopt;  // a name of Unicode's
    return escapes_.keeps_unknown ? Json("\\\\") : Json("");
  }

 private:
  static Json past(std::string_view& rest, std::size_t count, std::string json) {
    rest.remove_prefix(std::min(count, rest.size()));
    return json;
  }

  static Json digits(std::string_view& rest, std::size_t skipped, std::size_t most, int base) {
    const char* begin = rest.data() + std::min(skipped, rest.size());
    const char* end = std::min(begin + most, rest.data() + rest.size());
    unsigned point = 0;
    const auto [behind, error] = std::from_chars(begin, end, point, base);
    if (error != std::errc() || point > 0x10FFFF) return std::nullopt;
    return past(rest, static_cast<std::size_t>(behind - rest.data()), unit_of(point));
  }

  static Json exactly(std::string_view& rest, std::size_t count) {
    const std::size_t before = rest.size();
    Json json = digits(rest, 1, count, 16);
    return before - rest.size() == count + 1 ? json : std::nullopt;
  }

  static Json in_braces(std::string_view& rest) {
    Json json = digits(rest, 2, 8, 16);
    if (!json || !rest.starts_with('}')) return std::nullopt;
    rest.remove_prefix(1);
    return json;
  }

  const Escapes& escapes_;
};

std::string quoted_inside(std::string_view text) {
  const std::string quoted = json_quote(text);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

Json literal_at(SourceCursor cursor, const LiteralStyle& style) {
  Json found = Reader(style).value(cursor);
  if (!found || !cursor.at_end() || found->size() > longest_literal) return std::nullopt;
  return parse_json(*found).ok() ? found : std::nullopt;
}

Json unescaped(std::string_view characters, const Escapes& escapes) {
  const Unescape unescape(escapes);
  std::string json = "\"";
  while (!characters.empty()) {
    const std::size_t plain = std::min(characters.find('\\'), characters.size());
    json += quoted_inside(characters.substr(0, plain));
    characters.remove_prefix(plain);
    if (characters.empty()) break;
    characters.remove_prefix(1);
    const Json escape = unescape.take(characters);
    if (!escape) return std::nullopt;
    json += *escape;
  }
  return json + '"';
}

}  // namespace towermill
