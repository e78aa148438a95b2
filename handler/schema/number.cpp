#include "handler/schema/number.h"

#include <algorithm>
#include <cstdint>
#include <string>

namespace towermill {
namespace {

/// Beyond these, exponents are alike: no text is as long as that.
constexpr std::int64_t furthest = std::int64_t{1} << 58;

/// 0.digits × 10^point, the first and the last digit being none of 0; zero has no digits.
struct Number {
  bool negative = false;
  std::string digits = {};
  std::int64_t point = 0;
};

std::int64_t exponent_in(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::int64_t exponent = 0;
  for (const char digit : text) exponent = std::min(exponent * 10 + (digit - '0'), furthest);
  return negative ? -exponent : exponent;
}

Number read(std::string_view text) {
  Number number;
  number.negative = text.starts_with('-');
  if (number.negative) text.remove_prefix(1);
  const std::size_t end = std::min(text.find_first_of("eE"), text.size());
  if (end < text.size()) number.point = exponent_in(text.substr(end + 1));
  const std::string_view mantissa = text.substr(0, end);
  const std::size_t whole = std::min(mantissa.find('.'), mantissa.size());
  number.digits = mantissa.substr(0, whole);
  if (whole < mantissa.size()) number.digits += mantissa.substr(whole + 1);
  number.point += static_cast<std::int64_t>(whole);
  const std::size_t zeros = std::min(number.digits.find_first_not_of('0'), number.digits.size());
  number.digits.erase(0, zeros);
  number.point -= static_cast<std::int64_t>(zeros);
  number.digits.resize(number.digits.find_last_not_of('0') + 1);
  return number.digits.empty() ? Number() : number;
}

std::strong_ordering compare_sizes(const Number& one, const Number& other) {
  if (one.digits.empty() || other.digits.empty()) return !one.digits.empty() <=> !other.digits.empty();
  if (one.point != other.point) return one.point <=> other.point;
  return one.digits.compare(other.digits) <=> 0;
}

}  // namespace

std::strong_ordering compare_numbers(std::string_view one, std::string_view other) {
  const Number a = read(one);
  const Number b = read(other);
  if (a.negative != b.negative) return b.negative <=> a.negative;
  return a.negative ? compare_sizes(b, a) : compare_sizes(a, b);
}

bool is_integer(std::string_view text) {
  const Number number = read(text);
  return number.point >= static_cast<std::int64_t>(number.digits.size());
}

}  // namespace towermill
