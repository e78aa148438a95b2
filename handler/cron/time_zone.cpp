#include "handler/cron/time_zone.h"

#include <date/tz.h>

#include <exception>

#include "runner/base/text.h"

namespace towermill {

Result<TimeZone> TimeZone::find(const std::string& name) {
  try {
    return TimeZone(date::locate_zone(name));
  } catch (const std::exception&) {
    return Error{"there is no time zone \"" + printable(name.substr(0, 80)) + "\" in the system's tzdata"};
  }
}

TimeZone::Period TimeZone::at(std::int64_t unix_s) const {
  const auto info =
      static_cast<const date::time_zone*>(zone_)->get_info(date::sys_seconds(std::chrono::seconds(unix_s)));
  return {info.begin.time_since_epoch().count(), info.end.time_since_epoch().count(), info.offset.count()};
}

}  // namespace towermill
