#include "handler/auth/signature_header.h"

#include <algorithm>
#include <ctime>

#include "runner/base/text.h"

namespace towermill {
namespace {

// Beside signatures of ours there may be those of older and newer versions.
constexpr std::size_t most_entries = 2 * most_signatures;
constexpr std::size_t longest_id = 256;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_word_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_signature_character(char c) {
  return is_word_character(c) || c == '-' || c == '+' || c == '/' || c == '=';
}

template <class Test>
bool is_all(std::string_view text, Test test) {
  return !text.empty() && std::all_of(text.begin(), text.end(), test);
}

/// "v1=abc": a word, the sign between, a signature.
struct Entry {
  std::string_view key, value;
};

std::optional<Entry> parse_entry(std::string_view text, char between) {
  const auto place = text.find(between);
  if (place == std::string_view::npos) return std::nullopt;
  const Entry entry{text.substr(0, place), text.substr(place + 1)};
  if (!is_all(entry.key, is_word_character) || !is_all(entry.value, is_signature_character))
    return std::nullopt;
  return entry;
}

/// All of them, or nothing where one is none.
std::optional<std::vector<Entry>> parse_entries(std::string_view text, char between, char after) {
  std::vector<Entry> entries;
  for (;;) {
    const auto end = text.find(after);
    const auto entry = parse_entry(text.substr(0, end), between);
    if (!entry || entries.size() == most_entries) return std::nullopt;
    entries.push_back(*entry);
    if (end == std::string_view::npos) return entries;
    text.remove_prefix(end + 1);
  }
}

std::optional<SignatureHeader> parse_plain(std::string_view prefix, std::string_view value) {
  if (!value.starts_with(prefix)) return std::nullopt;
  const std::string_view signature = value.substr(prefix.size());
  if (!is_all(signature, is_signature_character)) return std::nullopt;
  return SignatureHeader{{}, {signature}};
}

std::optional<SignatureHeader> parse_several(SignatureForm form, std::string_view prefix,
                                             std::string_view value) {
  const bool pairs = form == SignatureForm::pairs;
  const auto entries = pairs ? parse_entries(value, '=', ',') : parse_entries(value, ',', ' ');
  if (!entries) return std::nullopt;
  SignatureHeader header;
  for (const auto& [key, text] : *entries) {
    if (key == prefix) {
      header.signatures.push_back(text);
    } else if (pairs && key == "t") {
      if (!header.timestamp.empty()) return std::nullopt;
      header.timestamp = text;
    }
  }
  const bool fine = !header.signatures.empty() && header.signatures.size() <= most_signatures &&
                    pairs == !header.timestamp.empty();
  return fine ? std::optional(std::move(header)) : std::nullopt;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  return is_all(text, is_digit) ? to_integer(text) : std::nullopt;
}

/// "2026-01-31T12:00:00.123456789Z", in UTC alone.
std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  if (text.size() <= shape.size() || text.back() != 'Z') return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == '0' ? !is_digit(text[i]) : text[i] != shape[i]) return std::nullopt;
  const std::string_view fraction = text.substr(shape.size(), text.size() - shape.size() - 1);
  if (!fraction.empty() && (fraction[0] != '.' || !is_all(fraction.substr(1), is_digit))) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t digits) {
    return static_cast<int>(*to_integer(text.substr(at, digits)));
  };
  std::tm time{};
  time.tm_year = number(0, 4) - 1900;
  time.tm_mon = number(5, 2) - 1;
  time.tm_mday = number(8, 2);
  time.tm_hour = number(11, 2);
  time.tm_min = number(14, 2);
  time.tm_sec = number(17, 2);
  return std::int64_t{::timegm(&time)};
}

}  // namespace

std::optional<SignatureHeader> parse_signature_header(SignatureForm form, std::string_view prefix,
                                                      std::string_view value) {
  return form == SignatureForm::plain ? parse_plain(prefix, value) : parse_several(form, prefix, value);
}

std::optional<std::int64_t> parse_timestamp(TimeForm form, std::string_view text) {
  switch (form) {
    case TimeForm::seconds:
      return parse_number(text);
    case TimeForm::milliseconds: {
      const auto number = parse_number(text);
      return number ? std::optional(*number / 1000) : std::nullopt;
    }
    case TimeForm::rfc3339:
      return parse_rfc3339(text);
    default:
      return std::nullopt;
  }
}

bool is_delivery_id(std::string_view text) {
  const auto is_plain = [](char c) { return is_signature_character(c) || c == ':' || c == '~'; };
  return text.size() <= longest_id && is_all(text, is_plain);
}

}  // namespace towermill
