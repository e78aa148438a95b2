#include "runner/base/process_memory.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "runner/base/fd.h"

namespace towermill {

ProcessMemory memory_of(pid_t pid) {
  const std::string path = "/proc/" + (pid == 0 ? "self" : std::to_string(pid)) + "/statm";
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char text[128] = {};
  long resident = 0, shared = 0;
  if (!file || ::read(file.get(), text, sizeof text - 1) <= 0 ||
      std::sscanf(text, "%*s %ld %ld", &resident, &shared) != 2)
    return {};
  const std::int64_t page = ::sysconf(_SC_PAGESIZE);
  return {.resident_bytes = resident * page, .shared_bytes = shared * page};
}

}  // namespace towermill
