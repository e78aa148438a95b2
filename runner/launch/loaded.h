#pragma once
// What a fork server tells once it is up.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"

namespace towermill {

struct Loaded {
  std::vector<std::string> files;               // that what it has loaded comes from
  std::map<std::string, std::string> left_out;  // modules that it could not load, and why
  std::int64_t threads = 1;                     // more than one: it may not fork
};

/// Of the JSON text of its message. Error: it is none. Thread-safe.
Result<Loaded> parse_loaded(std::string_view text);

}  // namespace towermill
