// The base64 half of crypto.h: written out, because OpenSSL's decoder skips white space and bad padding.
#include <cstdint>

#include "runner/base/crypto.h"

namespace towermill {
namespace {

constexpr std::string_view standard_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int digit_value(char c, Base64 form) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || (c == '-' && form == Base64::any_alphabet)) return 62;
  if (c == '/' || (c == '_' && form == Base64::any_alphabet)) return 63;
  return -1;
}

Result<std::string_view> without_padding(std::string_view text, Base64 form) {
  std::string_view digits = text;
  while (text.size() - digits.size() < 2 && digits.ends_with('=')) digits.remove_suffix(1);
  const bool padded = digits.size() != text.size();
  if ((padded || form == Base64::standard) && text.size() % 4 != 0) {
    return Error{"its length, " + std::to_string(text.size()) + ", is no multiple of 4"};
  }
  if (digits.size() % 4 == 1) return Error{"it is cut off: no byte has 6 bits"};
  return digits;
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      bits = bits << 8 | (j < group.size() ? static_cast<unsigned char>(group[j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= group.size() ? standard_alphabet[bits >> (18 - 6 * j) & 63] : '=';
    }
  }
  return text;
}

Result<std::string> base64_decode(std::string_view text, Base64 form) {
  const Result<std::string_view> digits = without_padding(text, form);
  if (!digits) return digits.error();
  std::string bytes;
  bytes.reserve(digits->size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int held = 0;
  for (std::size_t i = 0; i < digits->size(); ++i) {
    const int value = digit_value((*digits)[i], form);
    if (value < 0) return Error{"the character at offset " + std::to_string(i) + " is no base64 digit"};
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>(bits >> held & 0xFF);
    }
  }
  // RFC 4648 section 3.5: bits that no byte takes are zero, so that every text has one spelling.
  if ((bits & ((1U << held) - 1)) != 0) return Error{"its last digit has bits that belong to no byte"};
  return bytes;
}

}  // namespace towermill
