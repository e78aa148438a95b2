#include "runner/launch/orphans.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>
#include <utility>

#include "runner/base/clock.h"
#include "runner/base/fd.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::size_t environment_limit = 1 << 20;

std::string read_file(const std::string& path, std::size_t limit_bytes) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return {};
  auto text = read_all(file.get(), limit_bytes);
  return text ? std::move(*text) : std::string();
}

}  // namespace

std::string environment_of(pid_t pid, std::string_view name) {
  const std::string all = '\0' + read_file(fmt::format("/proc/{}/environ", pid), environment_limit);
  const std::string key = '\0' + std::string(name) + '=';
  const auto at = all.find(key);
  if (at == std::string::npos) return {};
  const auto from = at + key.size();
  return all.substr(from, all.find('\0', from) - from);
}

Result<std::unique_ptr<Orphans>> Orphans::adopt() {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) return os_error("prctl PR_SET_CHILD_SUBREAPER");
  if (::access(fmt::format("/proc/self/task/{}/children", ::getpid()).c_str(), R_OK) != 0)
    return os_error("this kernel does not list a task's children in /proc (CONFIG_PROC_CHILDREN)");
  return std::unique_ptr<Orphans>(new Orphans());
}

Orphans::Living::Living(Orphans& orphans, std::string job_id)
    : orphans_(orphans), job_id_(std::move(job_id)) {
  const std::lock_guard lock(orphans_.mutex_);
  orphans_.living_[job_id_] = 0;
}

Orphans::Living::~Living() {
  const std::lock_guard lock(orphans_.mutex_);
  orphans_.living_.erase(job_id_);
}

void Orphans::Living::started(pid_t group) {
  const std::lock_guard lock(orphans_.mutex_);
  orphans_.living_[job_id_] = group;
}

std::vector<Orphans::Process> Orphans::list() const {
  std::vector<Process> processes;
  const std::string text = read_file(fmt::format("/proc/self/task/{}/children", ::getpid()), 1 << 20);
  for (const std::string& word : split(text, ' ')) {
    const auto pid = to_integer(word);
    if (!pid || *pid == spared_) continue;
    const std::string stat = read_file(fmt::format("/proc/{}/stat", *pid), 4096);
    const auto after_name = stat.rfind(')');
    Process process{static_cast<pid_t>(*pid), 0, 0, false};
    char state = 0;
    if (after_name == std::string::npos || std::sscanf(stat.c_str() + after_name, ") %c %*d %d %d", &state,
                                                       &process.group, &process.session) != 3)
      continue;
    process.zombie = state == 'Z' || state == 'X';
    processes.push_back(process);
  }
  return processes;
}

bool Orphans::belongs_to_the_living(const Process& process) const {
  const auto owned = [&](const auto& run) {
    return run.second != 0 && (run.second == process.group || run.second == process.session);
  };
  if (std::any_of(living_.begin(), living_.end(), owned)) return true;
  if (living_.empty()) return false;
  return living_.contains(environment_of(process.pid, "WM_JOB_ID"));
}

bool Orphans::any_alive(pid_t group) {
  const std::lock_guard lock(mutex_);
  const auto all = list();
  return std::any_of(all.begin(), all.end(), [&](const Process& process) {
    return !process.zombie && (process.group == group || process.session == group);
  });
}

// An orphan is our own child: under the lock nobody else reaps it, so its number stays its own while we kill
// it.
bool Orphans::sweep_once() {
  const std::lock_guard lock(mutex_);
  bool any_left = false;
  for (const Process& process : list()) {
    if (!process.zombie && belongs_to_the_living(process)) continue;
    if (!process.zombie) ::kill(process.pid, SIGKILL);
    if (::waitpid(process.pid, nullptr, WNOHANG) == 0) any_left = true;
    // Its children are ours from now on: look again.
    if (!process.zombie) any_left = true;
  }
  return any_left;
}

void Orphans::sweep() {
  const TimePoint give_up = Clock::now() + std::chrono::milliseconds(500);
  auto pause = std::chrono::microseconds(100);
  while (sweep_once() && Clock::now() < give_up) {
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds(5000));
  }
}

}  // namespace towermill
