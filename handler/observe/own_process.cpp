#include "handler/observe/own_process.h"

#include <dirent.h>
#include <sys/resource.h>

#include <memory>

#include "runner/base/process_memory.h"

namespace towermill {

namespace {

std::uint64_t entries_in(const char* folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(folder), ::closedir);
  std::uint64_t entries = 0;
  while (directory && ::readdir(directory.get()) != nullptr) ++entries;
  return entries > 2 ? entries - 2 : 0;  // "." and ".."
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

OwnProcess look_at_own_process() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  rlimit descriptors{};
  ::getrlimit(RLIMIT_NOFILE, &descriptors);
  const std::uint64_t open = entries_in("/proc/self/fd");
  return {.cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime),
          .resident_bytes = static_cast<std::uint64_t>(memory_of(0).resident_bytes),
          .open_descriptors = open > 0 ? open - 1 : 0,  // the one that was open to count them
          .most_descriptors = descriptors.rlim_cur,
          .threads = entries_in("/proc/self/task")};
}

}  // namespace towermill
