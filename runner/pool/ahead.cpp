#include "runner/pool/ahead.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <span>

#include "runner/pool/key.h"

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

std::string lasting_limits(const Limits& limits) {
  return fmt::format("{} {} {} {}", limits.memory_bytes, limits.process_limit, limits.open_files,
                     limits.file_size_bytes);
}

std::string kind_of(const Launch& launch) {
  const Plan& plan = *launch.plan;
  Key key;
  key.add(lasting_limits(launch.limits));
  key.add(std::to_string(static_cast<int>(plan.memory_limit)));
  key.add(plan.program);
  key.add(plan.directory);
  key.add_all(plan.argv);
  key.add_all(std::span(launch.environment).first(launch.shared_environment));
  return key.take();
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

bool is_lost(Child& child) {
  std::array<pollfd, 3> watched{
      {{child.pidfd.get(), POLLIN, 0}, {child.channel.get(), POLLIN, 0}, {child.out.get(), POLLIN, 0}}};
  if (::poll(watched.data(), watched.size(), 0) <= 0) return false;
  if (watched[0].revents != 0 || watched[1].revents != 0) return true;
  drop_output(child.out);
  return false;
}

}  // namespace towermill
