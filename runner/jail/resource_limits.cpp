#include "runner/jail/resource_limits.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
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

// An engine's helper threads count too, and what a process took before its run; without a limit of its own an
// endless loop ends with its timeout.
std::int64_t cpu_seconds(const Limits& limits, MemoryLimit memory) {
  if (limits.cpu_s > 0) return limits.cpu_s;
  return memory == MemoryLimit::address_space ? limits.timeout_s + 1 : 2 * limits.timeout_s + 1;
}

// What the server itself may use, read once: to ask anew costs each run a system call for each of them.
const rlimit& own_limit(int resource) {
  static const auto all = [] {
    std::array<rlimit, RLIM_NLIMITS> limits{};
    for (int each = 0; each < RLIM_NLIMITS; ++each)
      ::getrlimit(static_cast<__rlimit_resource>(each), &limits[static_cast<std::size_t>(each)]);
    return limits;
  }();
  return all[static_cast<std::size_t>(resource)];
}

// What the server itself may not exceed, its runs may not either.
rlimit within(const rlimit& value, const rlimit& bound) {
  const rlim_t most = std::min(value.rlim_max, bound.rlim_max);
  return {std::min(value.rlim_cur, most), most};
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

ResourceLimits::ResourceLimits(const Limits& limits, MemoryLimit memory, std::int64_t tasks) {
  add(RLIMIT_CORE, same(0));
  add(RLIMIT_AS, same(address_space(limits, memory)));
  add(RLIMIT_DATA, same(written(limits, memory)));
  add(RLIMIT_FSIZE, same(limits.file_size_bytes));
  add(RLIMIT_NOFILE, same(limits.open_files));
  add(RLIMIT_NPROC, same(tasks + limits.process_limit));
  // The soft limit's SIGXCPU may be caught; the hard one, a second later, kills.
  rlimit cpu = same(cpu_seconds(limits, memory));
  cpu.rlim_max += 1;
  add(RLIMIT_CPU, cpu);
}

void ResourceLimits::add(int resource, const rlimit& wanted) {
  const rlimit& own = own_limit(resource);
  const rlimit value = within(wanted, own);
  // Inherited as it is.
  if (value.rlim_cur == own.rlim_cur && value.rlim_max == own.rlim_max) return;
  entries_[count_++] = {resource, value};
}

int ResourceLimits::apply_to(pid_t pid) const noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    const Entry& entry = entries_[i];
    if (::syscall(SYS_prlimit64, pid, entry.resource, &entry.value, nullptr) == 0) continue;
    // Somebody may have lowered it meanwhile.
    rlimit now{};
    if (errno != EPERM || ::syscall(SYS_prlimit64, pid, entry.resource, nullptr, &now) != 0) return errno;
    const rlimit lower = within(entry.value, now);
    if (::syscall(SYS_prlimit64, pid, entry.resource, &lower, nullptr) != 0) return errno;
  }
  return 0;
}

int renew_process_limit(pid_t pid, const Limits& limits, std::int64_t tasks) noexcept {
  rlimit now{};
  if (::prlimit(pid, RLIMIT_NPROC, nullptr, &now) != 0) return errno;
  const rlimit wanted{std::min(static_cast<rlim_t>(tasks + limits.process_limit), now.rlim_max),
                      now.rlim_max};
  return ::prlimit(pid, RLIMIT_NPROC, &wanted, nullptr) == 0 ? 0 : errno;
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
