#pragma once
// What one run may use. Settings give the values; a script's yaml may set its own up to the settings'
// maximum.

#include <cstdint>

namespace towermill {

struct Limits {
  std::int64_t timeout_s = 60;
  std::int64_t grace_ms = 500;  // SIGTERM to SIGKILL
  std::int64_t result_limit_bytes = 64 << 20;
  std::int64_t log_limit_bytes = 1 << 20;
  std::int64_t cpu_s = 0;  // 0: the timeout
  std::int64_t memory_bytes = std::int64_t{2} << 30;
  std::int64_t process_limit = 256;
  std::int64_t open_files = 1024;
  std::int64_t file_size_bytes = std::int64_t{1} << 30;
  std::int64_t json_depth_limit = 128;
};

}  // namespace towermill
