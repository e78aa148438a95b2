#pragma once
// How often a job that failed is run again, and when: `retry` in a script's yaml, as Windmill writes it.

#include <chrono>
#include <cstdint>
#include <optional>

#include "handler/config/yaml.h"
#include "runner/base/result.h"

namespace towermill {

struct Retries {
  std::int64_t attempts = 0;  // 0: none
  std::int64_t seconds = 0;
  std::int64_t multiplier = 1, random_factor = 0;  // of the exponential ones; percent
};

/// First the constant ones, then the exponential ones.
struct Retry {
  Retries constant, exponential;

  std::int64_t attempts() const { return constant.attempts + exponential.attempts; }

  /// How long to wait after the run that was the `failed`th to fail, from 1; nullopt: there is no further
  /// one. A constant one waits `seconds`; an exponential one multiplier * seconds ^ failed, at most six
  /// hours, and by `draw`, from 0 to below 1, up to random_factor percent less or more.
  std::optional<std::chrono::milliseconds> pause_after(std::int64_t failed, double draw) const;
};

/// Error: "retry.constant.attempts is …, but must be …".
Result<Retry> read_retry(const YamlNode& value);

}  // namespace towermill
