#include "handler/jobs/job_time.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "runner/base/text.h"

namespace towermill {

namespace {

using std::chrono::milliseconds;
using std::chrono::sys_days;

/// Takes a text apart from its front; once something is not there, nothing is.
class Parts {
 public:
  explicit Parts(std::string_view text) : rest_(text) {}

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (i >= rest_.size() || rest_[i] < '0' || rest_[i] > '9') return fail();
      value = 10 * value + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }

  /// The character, which has to be one of these.
  char one_of(std::string_view choices) {
    if (rest_.empty() || choices.find(rest_[0]) == std::string_view::npos) return static_cast<char>(fail());
    const char found = rest_[0];
    rest_.remove_prefix(1);
    return found;
  }

  /// What stands behind a point, in milliseconds; 0 where there is no point.
  int fraction_ms() {
    if (rest_.empty() || rest_[0] != '.') return 0;
    rest_.remove_prefix(1);
    int ms = 0, scale = 100;
    std::size_t digits = 0;
    for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits, scale /= 10)
      ms += scale * (rest_[digits] - '0');
    rest_.remove_prefix(digits);
    return digits > 0 ? ms : fail();
  }

  bool are_all_taken() const { return sound_ && rest_.empty(); }

 private:
  int fail() {
    sound_ = false;
    return 0;
  }

  std::string_view rest_;
  bool sound_ = true;
};

std::chrono::minutes offset_in(Parts& parts) {
  const char zone = parts.one_of("Zz+-");
  if (zone != '+' && zone != '-') return std::chrono::minutes(0);
  const int hours = parts.number(2);
  parts.one_of(":");
  const int minutes = 60 * hours + parts.number(2);
  return std::chrono::minutes(zone == '+' ? minutes : -minutes);
}

}  // namespace

std::string moment_text(Milliseconds moment) {
  const std::chrono::sys_time<milliseconds> time{milliseconds(moment)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}000Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::optional<Milliseconds> moment_in(std::string_view text) {
  Parts parts(text);
  const int year = parts.number(4);
  parts.one_of("-");
  const int month = parts.number(2);
  parts.one_of("-");
  const int day = parts.number(2);
  parts.one_of("Tt ");
  const int hour = parts.number(2);
  parts.one_of(":");
  const int minute = parts.number(2);
  parts.one_of(":");
  const int second = parts.number(2);
  const int ms = parts.fraction_ms();
  const std::chrono::minutes offset = offset_in(parts);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!parts.are_all_taken() || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto time = sys_days(date).time_since_epoch() + std::chrono::hours(hour) +
                    std::chrono::minutes(minute) + std::chrono::seconds(second) + milliseconds(ms) - offset;
  return milliseconds(time).count();
}

}  // namespace towermill
