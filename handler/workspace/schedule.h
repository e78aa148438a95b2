#pragma once
// When a script runs by itself: <name>.schedule.yaml, in Windmill's format.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handler/cron/cron.h"
#include "handler/cron/time_zone.h"
#include "runner/base/result.h"

namespace towermill {

inline constexpr std::string_view schedule_ending = ".schedule.yaml";

struct Schedule {
  CronPattern pattern;
  TimeZone zone;
  std::string script_path;
  std::string args = "{}";  // the text of one JSON object
  std::string tag = {};     // empty: the script's
  bool enabled = true;
  bool overlaps = true;  // a run may begin though the one before is not over
  std::optional<std::int64_t> paused_until_s = {};

  /// The first moment after that, Unix time; nullopt: there is none.
  std::optional<std::int64_t> next(std::int64_t unix_s) const;
};

/// Error: "file:3: what is wrong", or what is not supported and must not go unheeded.
Result<Schedule> parse_schedule(std::string_view yaml, std::string_view file);

/// "file:3: …" for each key that means nothing, or that nothing here heeds.
std::vector<std::string> slips_in_schedule(std::string_view yaml, std::string_view file);

struct ScheduleFile {
  std::string file;  // "f/shop/nightly.schedule.yaml"
  std::string path;  // "f/shop/nightly"
  std::string text;
  Result<Schedule> schedule;
};

/// Those of the workspace with that folder as they are now, sorted. Reads all of them.
std::vector<ScheduleFile> find_schedules(const std::string& root);

}  // namespace towermill
