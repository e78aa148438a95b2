#pragma once
// Which moments a schedule means: patterns as Windmill's two parsers read them (Rust's croner and cron).

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

#include "handler/cron/time_zone.h"
#include "runner/base/result.h"

namespace towermill {

/// Windmill's cron_version. v1 counts weekdays from 1, Sunday, and means days that are right by the month and
/// by the week; v2 counts from 0, Sunday (7 is one, too), and means days that are right by either.
enum class CronVersion { v1, v2 };

/// "second minute hour day month weekday", or without the seconds, or "@daily".
class CronPattern {
 public:
  /// Error: a sentence that names the field; also for a pattern that no day matches.
  static Result<CronPattern> parse(std::string_view text, CronVersion version);

  /// The first moment after `unix_s`, by the clocks of the zone; nullopt: there is none for a century. What
  /// is to be done at fixed hours is done once on each of its days: at the end of a gap in which its time
  /// lies, and the first time where the clocks show it twice. What goes by intervals (hours "*", "*/2") skips
  /// a gap and goes on through a repeated hour.
  std::optional<std::int64_t> next(std::int64_t unix_s, const TimeZone& zone) const;

 private:
  struct Days {
    std::bitset<32> of_month;
    bool last_of_month = false;
    std::bitset<32> nearest_weekday;  // to that day of the month: "15W"
    std::bitset<7> of_week;
    std::bitset<7> last_of_week;  // "5L": the last Friday
    std::bitset<35> nth_of_week;  // "5#2", at 5 * 5 + 1
    bool any_of_month = false, any_of_week = false;
  };
  class Reader;

  bool matches_day(std::int64_t day) const;
  bool matches_day_of_month(std::int64_t day) const;
  bool matches_day_of_week(std::int64_t day) const;
  /// The first that is not before it; in seconds that a clock on the wall has counted since 1970.
  std::optional<std::int64_t> first_at(std::int64_t wall_s, std::int64_t until_s) const;
  std::optional<std::int64_t> second_of_day(std::int64_t from_s) const;
  std::optional<std::int64_t> next_in(const TimeZone::Period& period, const TimeZone::Period* before,
                                      std::int64_t from_s) const;

  std::bitset<60> seconds_, minutes_;
  std::bitset<24> hours_;
  std::bitset<13> months_;
  Days days_;
  CronVersion version_ = CronVersion::v2;
  bool by_intervals_ = false;
};

}  // namespace towermill
