#include "runner/jail/resource_limits.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>

#include "runner/base/clock.h"

namespace towermill {

namespace {

constexpr auto unbounded = static_cast<std::int64_t>(RLIM_INFINITY);

// What a process may map, or what of it it may write to.
std::int64_t address_space(const Limits& limits, MemoryLimit memory) {
  return memory == MemoryLimit::address_space ? limits.memory_bytes : unbounded;
}

std::int64_t written(const Limits& limits, MemoryLimit memory) {
  if (memory == MemoryLimit::address_space) return unbounded;
  return limits.memory_bytes + (memory == MemoryLimit::engine ? engine_reserve_bytes : 0);
}

// An engine's helper threads count too; without a limit of its own an endless loop ends with its timeout.
std::int64_t cpu_seconds(const Limits& limits, MemoryLimit memory) {
  if (limits.cpu_s > 0) return limits.cpu_s;
  return memory == MemoryLimit::address_space ? limits.timeout_s : 2 * limits.timeout_s + 1;
}

rlimit same(std::int64_t value) { return rlimit{static_cast<rlim_t>(value), static_cast<rlim_t>(value)}; }

// A link count of /proc/PID/task is the number of threads plus two.
std::int64_t count_tasks(uid_t user) {
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), ::closedir);
  if (!proc) return 0;
  std::int64_t tasks = 0;
  while (const dirent* entry = ::readdir(proc.get())) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
    struct stat info {};
    const std::string task = std::string(entry->d_name) + "/task";
    if (::fstatat(::dirfd(proc.get()), task.c_str(), &info, 0) != 0 || info.st_uid != user) continue;
    tasks += static_cast<std::int64_t>(info.st_nlink) - 2;
  }
  return tasks;
}

}  // namespace

ResourceLimits::ResourceLimits(const Limits& limits, MemoryLimit memory, std::int64_t tasks)
    : entries_{{
          {RLIMIT_CORE, same(0)},
          {RLIMIT_AS, same(address_space(limits, memory))},
          {RLIMIT_DATA, same(written(limits, memory))},
          {RLIMIT_FSIZE, same(limits.file_size_bytes)},
          {RLIMIT_NOFILE, same(limits.open_files)},
          {RLIMIT_NPROC, same(tasks + limits.process_limit)},
          {RLIMIT_CPU, same(cpu_seconds(limits, memory))},
      }} {
  // The soft limit's SIGXCPU may be caught; the hard one, a second later, kills.
  entries_.back().value.rlim_max += 1;
}

int ResourceLimits::apply_to(pid_t pid) const noexcept {
  for (const Entry& entry : entries_) {
    rlimit value = entry.value;
    rlimit now{};
    if (::syscall(SYS_prlimit64, pid, entry.resource, nullptr, &now) != 0) return errno;
    // What the server itself may not exceed, its runs may not either.
    if (value.rlim_max > now.rlim_max) value.rlim_max = now.rlim_max;
    if (value.rlim_cur > value.rlim_max) value.rlim_cur = value.rlim_max;
    if (::syscall(SYS_prlimit64, pid, entry.resource, &value, nullptr) != 0) return errno;
  }
  return 0;
}

std::int64_t user_tasks() {
  static std::mutex mutex;
  static std::int64_t tasks = 0;
  static TimePoint counted{};
  if (::geteuid() == 0) return 0;
  const std::lock_guard lock(mutex);
  if (const TimePoint now = Clock::now(); counted == TimePoint{} || ms_between(counted, now) > 1000) {
    tasks = count_tasks(::geteuid());
    counted = now;
  }
  return tasks;
}

}  // namespace towermill
