#include "runner/pool/ahead.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>

namespace towermill {

namespace {

// As good as no limit; of CPU time the kernel counts nanoseconds.
constexpr std::int64_t cpu_for_ever_s = 1'000'000'000;
constexpr std::int64_t processes_for_ever = 4'194'304;

/// As much as a pipe holds, and no more: who prints without end would keep us here.
void drop_output(const UniqueFd& out) {
  char block[16 * 1024];
  constexpr int blocks_in_a_pipe = 4;
  for (int blocks = 0; blocks < blocks_in_a_pipe; ++blocks)
    if (::read(out.get(), block, sizeof block) != static_cast<ssize_t>(sizeof block)) return;
}

}  // namespace

std::string kind_of(const Launch& launch) {
  const Plan& plan = *launch.plan;
  const Limits& limits = launch.limits;
  std::string kind = fmt::format("{} {} {} {} {}", static_cast<int>(plan.memory_limit), limits.memory_bytes,
                                 limits.process_limit, limits.open_files, limits.file_size_bytes);
  const auto add = [&kind](std::string_view text) {
    kind += '\0';
    kind += text;
  };
  add(plan.program);
  add(plan.directory);
  for (const std::string& arg : plan.argv) add(arg);
  add("");
  for (std::size_t i = 0; i < launch.shared_environment; ++i) add(launch.environment[i]);
  return kind;
}

Launch launch_ahead(const Launch& launch, std::string_view name) {
  Launch ahead;
  ahead.plan = launch.plan;
  ahead.environment.assign(
      launch.environment.begin(),
      launch.environment.begin() + static_cast<std::ptrdiff_t>(launch.shared_environment));
  ahead.environment.push_back(fmt::format("WM_JOB_ID={}", name));
  ahead.shared_environment = launch.shared_environment;
  ahead.work_dir.assign(1, '/');
  ahead.spill_dir = launch.spill_dir;
  ahead.limits = launch.limits;
  ahead.limits.cpu_s = cpu_for_ever_s;
  ahead.limits.process_limit = processes_for_ever;
  return ahead;
}

ProgramFile::ProgramFile(const std::string& path) {
  struct stat found {};
  ::stat(path.c_str(), &found);
  device = found.st_dev;
  inode = found.st_ino;
  changed_s = found.st_ctim.tv_sec;
  changed_ns = found.st_ctim.tv_nsec;
}

std::int64_t resident_bytes(pid_t pid) {
  const UniqueFd file(::open(fmt::format("/proc/{}/statm", pid).c_str(), O_RDONLY | O_CLOEXEC));
  char text[128] = {};
  long pages = 0;
  if (!file || ::read(file.get(), text, sizeof text - 1) <= 0 || std::sscanf(text, "%*s %ld", &pages) != 1)
    return 0;
  return pages * ::sysconf(_SC_PAGESIZE);
}

bool is_lost(Child& child) {
  std::array<pollfd, 3> watched{
      {{child.pidfd.get(), POLLIN, 0}, {child.channel.get(), POLLIN, 0}, {child.out.get(), POLLIN, 0}}};
  if (::poll(watched.data(), watched.size(), 0) <= 0) return false;
  if (watched[0].revents != 0 || watched[1].revents != 0) return true;
  drop_output(child.out);
  return false;
}

}  // namespace towermill
