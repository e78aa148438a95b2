#pragma once
// Small text helpers that the standard library lacks. All are ASCII- and byte-wise unless they say UTF-8.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace towermill {

std::string to_lower(std::string_view text);
std::string_view trim(std::string_view text);  // blanks, tabs, CR, LF
/// "a,,b" gives three parts, "" gives one.
std::vector<std::string> split(std::string_view text, char separator);
bool equals_ignoring_case(std::string_view a, std::string_view b);

/// True if all of `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);
/// How many bytes of `text` are well-formed UTF-8 before the first that is not; all of them if is_utf8.
std::size_t utf8_prefix(std::string_view text);
/// The length (1 to 4) of the well-formed sequence that `text` begins with, or 0.
std::size_t utf8_sequence(std::string_view text);

/// Where a byte of a text is, for a person: "line 1, column 18", counted in characters from 1.
std::string place(std::string_view text, std::size_t offset);

/// `text` with control characters (but tab) and bytes that are no UTF-8 shown as \xNN, safe for a log line or
/// a terminal.
std::string printable(std::string_view text);

/// A whole decimal number, nothing around it; nullopt if it is none or does not fit.
std::optional<std::int64_t> to_integer(std::string_view text);

/// Now, in UTC, as RFC 3339 has it: "2026-01-31T12:00:00Z".
std::string utc_now();

/// A line of a Markdown table.
std::string markdown_row(std::initializer_list<std::string> cells);

std::string to_hex(std::string_view bytes);  // lower case

std::string folder_of(std::string_view path);     // "a/b" of "a/b/c", "" of "c"
std::string file_name_of(std::string_view path);  // "c" of "a/b/c" and of "c"

}  // namespace towermill
