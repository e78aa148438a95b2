#include "runner/base/rfc3339.h"

#include <fmt/chrono.h>

#include <chrono>
#include <cstddef>

namespace towermill {

namespace {

bool is_digit(char character) { return character >= '0' && character <= '9'; }

/// Reads a text from its front.
class Front {
 public:
  explicit Front(std::string_view text) : text_(text) {}

  /// Exactly so many digits; -1 where there are not.
  int number(std::size_t digits) {
    if (text_.size() < digits) return -1;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!is_digit(text_[i])) return -1;
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(digits);
    return value;
  }
  bool takes(std::string_view any_of) {
    if (text_.empty() || any_of.find(text_[0]) == std::string_view::npos) return false;
    last_ = text_[0];
    text_.remove_prefix(1);
    return true;
  }
  /// False for a "." that no digit follows.
  bool skip_fraction() {
    if (!takes(".")) return true;
    if (text_.empty() || !is_digit(text_[0])) return false;
    while (!text_.empty() && is_digit(text_[0])) text_.remove_prefix(1);
    return true;
  }
  char last() const { return last_; }
  bool is_over() const { return text_.empty(); }

 private:
  std::string_view text_;
  char last_ = '\0';
};

bool is_within(int value, int least, int most) { return value >= least && value <= most; }

std::optional<std::int64_t> read_day(Front& front) {
  const int year = front.number(4);
  if (!front.takes("-")) return std::nullopt;
  const int month = front.number(2);
  if (!front.takes("-")) return std::nullopt;
  const int day = front.number(2);
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86'400};
}

std::optional<std::int64_t> read_time(Front& front) {
  const int hour = front.number(2);
  if (!front.takes(":")) return std::nullopt;
  const int minute = front.number(2);
  if (!front.takes(":")) return std::nullopt;
  const int second = front.number(2);
  // 60: a leap second.
  if (!is_within(hour, 0, 23) || !is_within(minute, 0, 59) || !is_within(second, 0, 60)) return std::nullopt;
  return hour * 3600 + minute * 60 + second;
}

/// What UTC is behind of it, in seconds.
std::optional<std::int64_t> read_offset(Front& front) {
  if (front.takes("Zz")) return 0;
  if (!front.takes("+-")) return std::nullopt;
  const int sign = front.last() == '+' ? 1 : -1;
  const int hours = front.number(2);
  if (!front.takes(":")) return std::nullopt;
  const int minutes = front.number(2);
  if (!is_within(hours, 0, 23) || !is_within(minutes, 0, 59)) return std::nullopt;
  return sign * (hours * 3600 + minutes * 60);
}

}  // namespace

std::string to_rfc3339(std::int64_t unix_s) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(static_cast<std::time_t>(unix_s)));
}

std::optional<std::int64_t> from_rfc3339(std::string_view text) {
  Front front(text);
  const auto day = read_day(front);
  if (!day || !front.takes("Tt ")) return std::nullopt;
  const auto time = read_time(front);
  if (!time || !front.skip_fraction()) return std::nullopt;
  const auto offset = read_offset(front);
  if (!offset || !front.is_over()) return std::nullopt;
  return *day + *time - *offset;
}

}  // namespace towermill
