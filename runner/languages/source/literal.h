#pragma once
// Plain values in a source as JSON: numbers, strings, constants, lists and maps of them.

#include <optional>
#include <string>
#include <string_view>

#include "runner/languages/source/cursor.h"

namespace towermill {

/// How a language writes them.
struct LiteralStyle {
  /// "true", "false" or "null" for a word that means it, else "".
  std::string_view (*constant)(std::string_view word);
  /// A text token as JSON; nullopt where it is no string, or none whose characters are known.
  std::optional<std::string> (*string)(std::string_view raw);
  std::string_view arrow;  // between a key and its value
  bool bare_keys = false;  // {a: 1}
};

/// The JSON of all that stands at the cursor, which is one plain value; nullopt where it is none.
std::optional<std::string> literal_at(SourceCursor cursor, const LiteralStyle& style);

/// What a language writes behind a backslash in strings.
struct Escapes {
  std::string_view characters;  // by twos: "n\n" is a line end behind "n"
  bool keeps_unknown = true;    // the backslash stays before a character that is none of them
  bool in_octal = true;         // \12
  bool in_hex = true;           // \x0a
  bool in_four = false;         // \u000a
  bool in_eight = false;        // \U0000000a
  bool in_braces = false;       // \u{a}
};

/// The characters of a string as JSON; nullopt where one of them is none.
std::optional<std::string> unescaped(std::string_view characters, const Escapes& escapes);

}  // namespace towermill
