#include "runner/base/incarnation.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <optional>
#include <vector>

#include "runner/base/fd.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

std::string read_small_file(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char bytes[1024];
  const ssize_t count = file ? ::read(file.get(), bytes, sizeof bytes) : -1;
  return count > 0 ? std::string(bytes, static_cast<std::size_t>(count)) : std::string();
}

/// proc(5): the 22nd field of /proc/<pid>/stat; the second, a name in parentheses, may hold anything.
std::string start_of(pid_t pid) {
  const std::string stat = read_small_file("/proc/" + std::to_string(pid) + "/stat");
  const auto after_name = stat.rfind(')');
  if (after_name == std::string::npos) return {};
  const std::vector<std::string> fields = split(std::string_view(stat).substr(after_name + 1), ' ');
  constexpr std::size_t start = 20;  // of those behind the name, an empty one before the first
  return fields.size() > start ? fields[start] : std::string();
}

std::string boot_id() { return std::string(trim(read_small_file("/proc/sys/kernel/random/boot_id"))); }

std::string incarnation_of(pid_t pid) { return std::to_string(pid) + "-" + start_of(pid) + "-" + boot_id(); }

}  // namespace

std::string own_incarnation() { return incarnation_of(::getpid()); }

bool has_ended(std::string_view incarnation) {
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(incarnation.data(), incarnation.data() + incarnation.size(), pid);
  if (error != std::errc() || pid <= 0 || end == incarnation.data() + incarnation.size() || *end != '-')
    return false;
  if (::kill(pid, 0) != 0 && errno == ESRCH) return true;
  // Without a look into /proc nothing is certain.
  return !start_of(pid).empty() && incarnation_of(pid) != incarnation;
}

}  // namespace towermill
