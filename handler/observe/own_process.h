#pragma once
// What the system says of this process.

#include <cstdint>

namespace towermill {

struct OwnProcess {
  double cpu_s = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_descriptors = 0;
  std::uint64_t most_descriptors = 0;
  std::uint64_t threads = 0;
};

/// 0 for what cannot be read.
OwnProcess look_at_own_process();

}  // namespace towermill
