#pragma once
// The limits of a run as the kernel takes them: prepared before the fork, applied after it.

#include <sys/resource.h>
#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "runner/languages/language.h"
#include "runner/protocol/limits.h"

namespace towermill {

class ResourceLimits {
 public:
  /// `user_tasks` is how many tasks the server's user has now: RLIMIT_NPROC counts per user, so a run's own
  /// allowance comes on top of it. It does not bind root.
  ResourceLimits(const Limits& limits, MemoryLimit memory, std::int64_t user_tasks);

  /// Between fork and exec: plain system calls only. Returns 0 or an errno.
  int apply() const noexcept { return apply_to(0); }

  /// To another process of the same user, one that may use at least as much now. Returns 0 or an errno.
  int apply_to(pid_t pid) const noexcept;

 private:
  struct Entry {
    int resource;
    rlimit value;
  };
  void add(int resource, const rlimit& wanted);

  std::array<Entry, 7> entries_{};
  std::size_t count_ = 0;
};

/// Of a process that serves several runs: as many processes and threads as a run may have that starts now.
/// Its soft limit alone, since a hard one could not be raised again. Returns 0 or an errno.
int renew_process_limit(pid_t pid, const Limits& limits, std::int64_t user_tasks) noexcept;

/// Tasks of this user right now, read from /proc at most once a second. Thread-safe. 0 for root, who is not
/// counted.
std::int64_t user_tasks();

}  // namespace towermill
