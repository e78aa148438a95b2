#include "handler/http/encoded_names.h"

#include <algorithm>
#include <array>
#include <optional>

#include "handler/http/form.h"
#include "runner/base/crypto.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

std::string from_latin1(std::string_view bytes) {
  std::string utf8;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) utf8 += static_cast<char>(0xC0 | byte >> 6);
    utf8 += byte < 0x80 ? c : static_cast<char>(0x80 | (byte & 0x3F));
  }
  return utf8;
}

std::optional<std::string> to_utf8(std::string_view charset, std::string_view bytes) {
  if (equals_ignoring_case(charset, "utf-8") || equals_ignoring_case(charset, "us-ascii"))
    return std::string(bytes);
  if (equals_ignoring_case(charset, "iso-8859-1")) return from_latin1(bytes);
  return std::nullopt;
}

/// The Q encoding: quoted-printable with "_" for a blank.
std::optional<std::string> decode_q(std::string_view text) {
  if (text.find('%') != std::string_view::npos) return std::nullopt;
  std::string percent(text);
  std::replace(percent.begin(), percent.end(), '_', ' ');
  std::replace(percent.begin(), percent.end(), '=', '%');
  auto decoded = percent_decode(percent);
  return decoded ? std::optional(std::move(*decoded)) : std::nullopt;
}

std::optional<std::string> decode_b(std::string_view text) {
  auto decoded = base64_decode(text, Base64::standard);
  return decoded ? std::optional(std::move(*decoded)) : std::nullopt;
}

/// `word` is what stands between "=?" and "?=": charset, encoding and text, with "?" between them.
std::optional<std::string> decode_word(std::string_view word) {
  const auto pieces = split(word, '?');
  if (pieces.size() != 3 || pieces[1].size() != 1) return std::nullopt;
  const char encoding = to_lower(pieces[1])[0];
  if (encoding != 'q' && encoding != 'b') return std::nullopt;
  const auto bytes = encoding == 'q' ? decode_q(pieces[2]) : decode_b(pieces[2]);
  // A language may follow the charset (RFC 2231 section 5).
  return bytes ? to_utf8(pieces[0].substr(0, pieces[0].find('*')), *bytes) : std::nullopt;
}

// RFC 2047 has 75; nobody keeps to that.
constexpr std::size_t longest_word = 1024;

struct Word {
  std::string text;
  std::size_t length;
};

std::optional<Word> word_at(std::string_view text) {
  if (!text.starts_with("=?")) return std::nullopt;
  text = text.substr(0, longest_word);
  // The text of a Q word may begin with "=": its end is sought behind the encoding.
  const std::size_t encoding = text.find('?', 2);
  const std::size_t encoded = encoding == text.npos ? text.npos : text.find('?', encoding + 1);
  const std::size_t end = encoded == text.npos ? text.npos : text.find("?=", encoded + 1);
  if (end == text.npos) return std::nullopt;
  auto decoded = decode_word(text.substr(2, end - 2));
  return decoded ? std::optional(Word{std::move(*decoded), end + 2}) : std::nullopt;
}

}  // namespace

std::string decode_form_name(std::string_view text) {
  struct Escape {
    std::string_view escaped;
    char character;
  };
  constexpr std::array escapes = {Escape{"%22", '"'}, Escape{"%0D", '\r'}, Escape{"%0A", '\n'}};
  std::string decoded;
  while (!text.empty()) {
    const auto found = std::find_if(escapes.begin(), escapes.end(), [&](const Escape& escape) {
      return equals_ignoring_case(text.substr(0, escape.escaped.size()), escape.escaped);
    });
    decoded += found == escapes.end() ? text.front() : found->character;
    text.remove_prefix(found == escapes.end() ? 1 : found->escaped.size());
  }
  return decoded;
}

std::string decode_words(std::string_view text) {
  std::string decoded;
  bool after_word = false;
  while (!text.empty()) {
    // Blanks between two words belong to neither (section 6.2).
    const std::size_t blanks = std::min(text.find_first_not_of(" \t"), text.size());
    const auto word = word_at(text.substr(after_word ? blanks : 0));
    if (word) {
      decoded += word->text;
      text.remove_prefix((after_word ? blanks : 0) + word->length);
    } else {
      decoded += text.front();
      text.remove_prefix(1);
    }
    after_word = word.has_value();
  }
  return decoded;
}

Result<std::string> decode_extended(std::string_view text) {
  const std::size_t charset = text.find('\'');
  const std::size_t language = charset == text.npos ? text.npos : text.find('\'', charset + 1);
  if (language == text.npos) return Error{"an extended value is not written as charset'language'value"};
  auto bytes = percent_decode(text.substr(language + 1));
  if (!bytes) return bytes.error();
  auto utf8 = to_utf8(text.substr(0, charset), *bytes);
  if (!utf8) return Error{"an extended value is in the charset " + printable(text.substr(0, charset))};
  return std::move(*utf8);
}

}  // namespace towermill
