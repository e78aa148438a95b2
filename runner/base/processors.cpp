#include "runner/base/processors.h"

#include <fcntl.h>
#include <unistd.h>

#include <thread>

#include "runner/base/fd.h"
#include "runner/base/text.h"

namespace towermill {

std::optional<std::size_t> runnable_in(std::string_view loadavg) {
  const std::size_t slash = loadavg.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::size_t blank = loadavg.rfind(' ', slash);
  if (blank == std::string_view::npos) return std::nullopt;
  const auto number = to_integer(loadavg.substr(blank + 1, slash - blank - 1));
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::size_t>(*number);
}

bool has_spare_processor() {
  const UniqueFd file(::open("/proc/loadavg", O_RDONLY | O_CLOEXEC));
  char text[128];
  const ssize_t got = file ? ::read(file.get(), text, sizeof text) : -1;
  const auto runnable =
      got > 0 ? runnable_in({text, static_cast<std::size_t>(got)}) : std::optional<std::size_t>();
  return !runnable || *runnable <= std::thread::hardware_concurrency();
}

}  // namespace towermill
