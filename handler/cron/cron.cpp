// What a pattern means: days, times of a day, and what zones do to them.
#include "handler/cron/cron.h"

#include <algorithm>
#include <chrono>

namespace towermill {

namespace {

constexpr std::int64_t day_s = 86'400;
constexpr std::int64_t longest_wait_s = 100 * 366 * day_s;

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

year_month_day date_of(std::int64_t day) { return sys_days(days(day)); }

unsigned weekday_of(std::int64_t day) { return std::chrono::weekday(sys_days(days(day))).c_encoding(); }

unsigned last_day_of(const year_month_day& date) {
  return unsigned(year_month_day(date.year() / date.month() / std::chrono::last).day());
}

std::int64_t floor_day(std::int64_t wall_s) { return (wall_s >= 0 ? wall_s : wall_s - (day_s - 1)) / day_s; }

/// The day of the month that is a weekday and nearest to `wanted`, within the month.
unsigned nearest_weekday(const year_month_day& month, unsigned wanted) {
  const unsigned last = last_day_of(month);
  const unsigned day = std::min(wanted, last);
  const auto at = month.year() / month.month() / std::chrono::day(day);
  const unsigned weekday = std::chrono::weekday(sys_days(at)).c_encoding();
  if (weekday == 6) return day > 1 ? day - 1 : day + 2;
  if (weekday == 0) return day < last ? day + 1 : day - 2;
  return day;
}

/// The first bit from `from` on; the size where there is none.
template <std::size_t size>
std::size_t first_bit(const std::bitset<size>& bits, std::size_t from) {
  while (from < size && !bits.test(from)) ++from;
  return from;
}

}  // namespace

bool CronPattern::matches_day_of_month(std::int64_t day) const {
  const year_month_day date = date_of(day);
  const unsigned number = unsigned(date.day());
  if (days_.of_month.test(number)) return true;
  if (days_.last_of_month && number == last_day_of(date)) return true;
  for (unsigned wanted = 1; wanted <= 31; ++wanted)
    if (days_.nearest_weekday.test(wanted) && nearest_weekday(date, wanted) == number) return true;
  return false;
}

bool CronPattern::matches_day_of_week(std::int64_t day) const {
  const year_month_day date = date_of(day);
  const unsigned weekday = weekday_of(day), number = unsigned(date.day());
  if (days_.of_week.test(weekday)) return true;
  if (days_.last_of_week.test(weekday) && number + 7 > last_day_of(date)) return true;
  return days_.nth_of_week.test(weekday * 5 + (number - 1) / 7);
}

bool CronPattern::matches_day(std::int64_t day) const {
  if (!months_.test(unsigned(date_of(day).month()))) return false;
  const bool by_month = days_.any_of_month || matches_day_of_month(day);
  const bool by_week = days_.any_of_week || matches_day_of_week(day);
  const bool either = version_ == CronVersion::v2 && !days_.any_of_month && !days_.any_of_week;
  return either ? by_month || by_week : by_month && by_week;
}

std::optional<std::int64_t> CronPattern::second_of_day(std::int64_t from_s) const {
  auto hour = first_bit(hours_, static_cast<std::size_t>(from_s / 3600));
  auto minute = static_cast<std::size_t>(from_s / 60 % 60), second = static_cast<std::size_t>(from_s % 60);
  if (static_cast<std::int64_t>(hour) != from_s / 3600) minute = second = 0;
  for (; hour < hours_.size(); hour = first_bit(hours_, hour + 1), minute = second = 0) {
    for (auto at = first_bit(minutes_, minute); at < minutes_.size(); at = first_bit(minutes_, at + 1)) {
      const auto found = first_bit(seconds_, at == minute ? second : 0);
      if (found < seconds_.size()) return static_cast<std::int64_t>(hour * 3600 + at * 60 + found);
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> CronPattern::first_at(std::int64_t wall_s, std::int64_t until_s) const {
  std::int64_t from_s = wall_s - floor_day(wall_s) * day_s;
  for (std::int64_t day = floor_day(wall_s); day * day_s < until_s; ++day, from_s = 0) {
    if (!matches_day(day)) continue;
    const auto second = second_of_day(from_s);
    if (second && day * day_s + *second < until_s) return day * day_s + *second;
  }
  return std::nullopt;
}

/// The first in the period, not before `from_s`. `before` is the period that ends where this one begins.
std::optional<std::int64_t> CronPattern::next_in(const TimeZone::Period& period,
                                                 const TimeZone::Period* before, std::int64_t from_s) const {
  const std::int64_t end_wall_s = period.end_s + period.offset_s;
  std::int64_t from_wall_s = from_s + period.offset_s;
  if (before != nullptr && !by_intervals_) {
    const std::int64_t shown_wall_s = period.begin_s + before->offset_s;  // until when they went the old way
    const std::int64_t begin_wall_s = period.begin_s + period.offset_s;
    const bool is_in_gap = from_s == period.begin_s && first_at(shown_wall_s, begin_wall_s).has_value();
    if (is_in_gap) return period.begin_s;
    from_wall_s = std::max(from_wall_s, shown_wall_s);
  }
  const auto wall_s = first_at(from_wall_s, end_wall_s);
  if (!wall_s) return std::nullopt;
  return *wall_s - period.offset_s;
}

std::optional<std::int64_t> CronPattern::next(std::int64_t unix_s, const TimeZone& zone) const {
  const std::int64_t last_s = unix_s + longest_wait_s;
  std::int64_t from_s = unix_s + 1;
  while (from_s < last_s) {
    TimeZone::Period period = zone.at(from_s);
    const TimeZone::Period before = zone.at(std::max(period.begin_s, unix_s - longest_wait_s) - 1);
    period.end_s = std::min(period.end_s, last_s);
    const bool has_before = period.begin_s > unix_s - longest_wait_s;
    if (const auto found = next_in(period, has_before ? &before : nullptr, from_s)) return found;
    from_s = period.end_s;
  }
  return std::nullopt;
}

}  // namespace towermill
