#include "handler/reply/status.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "runner/base/text.h"

namespace towermill {
namespace {

struct Decimal {
  std::string digits;      // neither leading nor trailing zeros
  std::int64_t point = 0;  // how many digits stand before it
};

std::optional<Decimal> to_decimal(std::string_view number) {
  const std::size_t mantissa_end = std::min(number.find_first_of("eE"), number.size());
  std::string_view exponent_text = number.substr(std::min(mantissa_end + 1, number.size()));
  if (exponent_text.starts_with('+')) exponent_text.remove_prefix(1);
  const auto exponent = exponent_text.empty() ? std::optional<std::int64_t>(0) : to_integer(exponent_text);
  // No text within the limits has so many digits that they could make up for such an exponent.
  if (!exponent || *exponent > 1'000'000'000 || *exponent < -1'000'000'000) return std::nullopt;
  const std::string_view mantissa = number.substr(0, mantissa_end);
  const std::size_t whole = std::min(mantissa.find('.'), mantissa.size());
  Decimal result{std::string(mantissa.substr(0, whole)), static_cast<std::int64_t>(whole) + *exponent};
  if (whole < mantissa.size()) result.digits += mantissa.substr(whole + 1);
  const std::size_t zeros = std::min(result.digits.find_first_not_of('0'), result.digits.size());
  result.digits.erase(0, zeros);
  result.point -= static_cast<std::int64_t>(zeros);
  result.digits.erase(result.digits.find_last_not_of('0') + 1);
  return result;
}

}  // namespace

std::optional<int> parse_status(std::string_view number) {
  if (number.starts_with('-')) return std::nullopt;
  const auto decimal = to_decimal(number);
  if (!decimal || decimal->point != 3 || decimal->digits.size() > 3) return std::nullopt;
  std::string digits = decimal->digits;
  digits.resize(3, '0');
  const auto status = to_integer(digits);
  if (!status || *status < 200 || *status > 599) return std::nullopt;
  return static_cast<int>(*status);
}

}  // namespace towermill
