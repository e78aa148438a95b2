// The writing half of json.h: quotes and escapes.
#include <charconv>

#include "runner/base/json.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (static_cast<unsigned char>(c) < 0x20) {
    out += "\\u00" + to_hex({&c, 1});
  } else {
    out += c;
  }
}

void append_utf8(std::string& out, unsigned point) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    tail(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | point >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | point >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

unsigned hex4(std::string_view text) {
  unsigned value = 0;
  std::from_chars(text.data(), text.data() + 4, value, 16);
  return value;
}

// `text` begins after "\u". Returns how many bytes of it were used: 4, or 10 for a surrogate pair.
std::size_t append_code_unit(std::string& out, std::string_view text) {
  const unsigned unit = hex4(text);
  if (unit < 0xD800 || unit > 0xDBFF) {
    append_utf8(out, unit);
    return 4;
  }
  append_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (hex4(text.substr(6)) - 0xDC00));
  return 10;
}

char escaped_character(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

}  // namespace

std::string json_quote(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size() + 2);
  out += '"';
  while (!utf8.empty()) {
    const std::size_t length = utf8_sequence(utf8);
    if (length == 1) {
      append_escaped(out, utf8.front());
    } else if (length > 1) {
      out += utf8.substr(0, length);
    } else {
      out += "\xEF\xBF\xBD";
    }
    utf8.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
  return out;
}

std::string json_object(const std::vector<JsonMember>& members) {
  std::string out = "{";
  for (const JsonMember& member : members) {
    if (out.size() > 1) out += ',';
    out += json_quote(member.key);
    out += ':';
    out += member.raw;
  }
  return out + '}';
}

std::string json_unquote(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  std::string_view rest = raw.substr(1, raw.size() - 2);
  for (;;) {
    const std::size_t escape = rest.find('\\');
    out += rest.substr(0, escape);
    if (escape == std::string_view::npos) return out;
    const char kind = rest[escape + 1];
    rest.remove_prefix(escape + 2);
    if (kind == 'u') {
      rest.remove_prefix(append_code_unit(out, rest));
    } else {
      out += escaped_character(kind);
    }
  }
}

}  // namespace towermill
