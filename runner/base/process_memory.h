#pragma once
// What a process has in memory.

#include <sys/types.h>

#include <cstdint>

namespace towermill {

struct ProcessMemory {
  std::int64_t resident_bytes = 0;
  std::int64_t shared_bytes = 0;  // of these: what belongs to files, programs and libraries among them
};

/// Nothing where nobody can tell: the process is gone. `pid` 0: our own. Thread-safe.
ProcessMemory memory_of(pid_t pid);

}  // namespace towermill
