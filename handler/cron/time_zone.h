#pragma once
// Time zones, as the system's tzdata has them. The only user of Howard Hinnant's date library.

#include <cstdint>
#include <string>

#include "runner/base/result.h"

namespace towermill {

class TimeZone {
 public:
  /// "Europe/Berlin", "UTC". Error: there is none of that name.
  static Result<TimeZone> find(const std::string& name);

  /// A stretch of time in which clocks are off UTC by the same; Unix times, the end not within.
  struct Period {
    std::int64_t begin_s, end_s, offset_s;
  };
  Period at(std::int64_t unix_s) const;

 private:
  explicit TimeZone(const void* zone) : zone_(zone) {}
  const void* zone_;  // the library's, which lives as long as the program
};

}  // namespace towermill
