#include "runner/launch/orphans.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <utility>

#include "runner/base/clock.h"
#include "runner/base/fd.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::size_t proc_file_limit = 1 << 20;

Result<std::string> read_proc_file(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return os_error(path);
  return read_all(file.get(), proc_file_limit);
}

/// The whole of a /proc file that is kept open.
std::string read_anew(int fd) {
  std::string text;
  char block[1024];
  for (;;) {
    const ssize_t got = ::pread(fd, block, sizeof block, static_cast<off_t>(text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(block, static_cast<std::size_t>(got));
  }
}

std::string text_of(const std::string& path) {
  auto text = read_proc_file(path);
  return text ? std::move(*text) : std::string();
}

std::int64_t ticks_since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  const std::int64_t per_second = ::sysconf(_SC_CLK_TCK);
  return now.tv_sec * per_second + now.tv_nsec * per_second / 1'000'000'000;
}

/// Waits until these processes have ended. The list of children may leave out one that is just dying, so it
/// is not asked again.
void await_end(const std::vector<UniqueFd>& processes, TimePoint give_up) {
  for (const UniqueFd& process : processes) {
    pollfd ended{process.get(), POLLIN, 0};
    ::poll(&ended, 1, poll_timeout(give_up));
  }
}

/// Of a child of ours, and leaves its status where it is.
bool has_ended(pid_t child) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid != 0;
}

}  // namespace

Result<std::string> environment_of(pid_t pid, std::string_view name) {
  const auto text = read_proc_file(fmt::format("/proc/{}/environ", pid));
  if (!text) return text.error();
  const std::string all = '\0' + *text;
  const std::string key = '\0' + std::string(name) + '=';
  const auto at = all.find(key);
  if (at == std::string::npos) return std::string();
  const auto from = at + key.size();
  return all.substr(from, all.find('\0', from) - from);
}

Result<std::unique_ptr<Orphans>> Orphans::adopt() {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) return os_error("prctl PR_SET_CHILD_SUBREAPER");
  UniqueFd children(
      ::open(fmt::format("/proc/self/task/{}/children", ::getpid()).c_str(), O_RDONLY | O_CLOEXEC));
  if (!children)
    return os_error("this kernel does not list a task's children in /proc (CONFIG_PROC_CHILDREN)");
  return std::unique_ptr<Orphans>(new Orphans(std::move(children)));
}

Orphans::Living::Living(Orphans& orphans, std::string job_id, Serves serves)
    : orphans_(orphans), job_id_(std::move(job_id)) {
  const std::lock_guard lock(orphans_.mutex_);
  orphans_.living_[job_id_] = {.registered = ticks_since_boot(), .serves = serves};
}

Orphans::Living::~Living() {
  const std::lock_guard lock(orphans_.mutex_);
  orphans_.living_.erase(job_id_);
}

void Orphans::Living::started(pid_t group) {
  const std::lock_guard lock(orphans_.mutex_);
  orphans_.living_[job_id_].group = group;
}

void Orphans::Living::known_as(std::string name) {
  const std::lock_guard lock(orphans_.mutex_);
  orphans_.living_[job_id_].other_name = std::move(name);
}

/// Without the lock, for nearly every run ends with this.
bool Orphans::has_none() const {
  char first = 0;
  return !has_noted_ && ::pread(children_.get(), &first, 1, 0) == 0;
}

std::vector<Orphans::Process> Orphans::list() const {
  std::vector<Process> processes;
  for (const std::string& word : split(read_anew(children_.get()), ' ')) {
    const auto pid = to_integer(word);
    if (!pid || *pid == spared_) continue;
    const std::string stat = text_of(fmt::format("/proc/{}/stat", *pid));
    const auto after_name = stat.rfind(')');
    Process process{static_cast<pid_t>(*pid), 0, 0, 0};
    // Fields 5, 6 and 22 of proc(5).
    constexpr const char* fields =
        ") %*c %*d %d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %ld";
    if (after_name != std::string::npos && std::sscanf(stat.c_str() + after_name, fields, &process.group,
                                                       &process.session, &process.started) == 3)
      processes.push_back(process);
  }
  return processes;
}

/// The runs alone: a process that serves many would stand for whatever others have left.
Orphans::JobIds Orphans::living_at(std::int64_t ticks) const {
  JobIds ids;
  for (const auto& [id, run] : living_)
    if (run.serves == Serves::one_run && run.registered <= ticks) ids.insert(id);
  return ids;
}

/// One whose fork server has died. Its status is for who drives the run, and its number stays its own till
/// then.
bool Orphans::leads_a_living_run(pid_t pid) const {
  return std::any_of(living_.begin(), living_.end(),
                     [pid](const auto& run) { return run.second.group == pid; });
}

bool Orphans::names_the_living(const std::string& job_id) const {
  return living_.contains(job_id) || std::any_of(living_.begin(), living_.end(), [&job_id](const auto& run) {
           return run.second.other_name == job_id;
         });
}

bool Orphans::belongs_to_the_living(const Process& process) {
  for (const auto& [id, run] : living_)
    if (run.group != 0 && (run.group == process.group || run.group == process.session)) return true;
  if (living_.empty()) return false;
  const auto job_id = environment_of(process.pid, "WM_JOB_ID");
  if (!job_id) return has_living_suspect(process);
  if (!job_id->empty()) return names_the_living(*job_id);
  return can_be_of_one_alone(process);
}

/// One whose environment was cleared counts as a run's only where it can be no other's.
bool Orphans::can_be_of_one_alone(const Process& process) const {
  const auto runs = std::count_if(living_.begin(), living_.end(),
                                  [](const auto& living) { return living.second.serves == Serves::one_run; });
  return runs == 1 && living_at(process.started).size() == 1;
}

/// A program whose environment nobody may read (ssh-agent is one): of a run that lived when it was started
/// and first seen, so it may stay as long as one of those does.
bool Orphans::has_living_suspect(const Process& process) {
  const auto [known, added] = suspects_.try_emplace({process.pid, process.started});
  if (added) known->second = living_at(process.started);
  return std::any_of(known->second.begin(), known->second.end(),
                     [this](const std::string& id) { return living_.contains(id); });
}

bool Orphans::any_alive(pid_t group) {
  const std::lock_guard lock(mutex_);
  const auto all = list();
  return std::any_of(all.begin(), all.end(), [&](const Process& process) {
    return (process.group == group || process.session == group) && !has_ended(process.pid);
  });
}

// An orphan is our own child: under the lock nobody else reaps it, so its number stays its own while we kill
// it. Whether it is dead is the kernel's to say: a process whose first thread has ended looks like a zombie
// and is none.
std::vector<UniqueFd> Orphans::kill_strangers() {
  const std::lock_guard lock(mutex_);
  std::vector<UniqueFd> killed;
  const auto orphans = list();
  if (orphans.empty()) suspects_.clear();
  for (const Process& process : orphans) {
    if (killed_.contains(process.pid) || leads_a_living_run(process.pid)) continue;
    if (::waitpid(process.pid, nullptr, WNOHANG) != 0) continue;
    if (belongs_to_the_living(process)) continue;
    UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
    // One that we may not kill (sudo) is left to its own end.
    if (::kill(process.pid, SIGKILL) != 0) continue;
    killed_.insert(process.pid);
    killed.push_back(std::move(pidfd));
  }
  return killed;
}

void Orphans::reap_killed() {
  const std::lock_guard lock(mutex_);
  std::erase_if(killed_, [](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) != 0; });
  has_noted_ = !killed_.empty() || !suspects_.empty();
}

// The list of children may leave out one that is just dying and whose own children are not ours yet; waitpid
// knows of it.
void Orphans::end_all(TimePoint give_up) {
  do {
    sweep();
    const pid_t ended = ::waitpid(-1, nullptr, WNOHANG);
    if (ended < 0) return;
    if (ended == 0) ::poll(nullptr, 0, 1);
  } while (Clock::now() < give_up);
}

// What was killed left children, which are ours now: look until there is nothing to kill. Not under the lock
// while a large process dies: other runs start meanwhile.
void Orphans::sweep() {
  if (has_none()) return;
  const TimePoint give_up = Clock::now() + std::chrono::milliseconds(500);
  for (;;) {
    const auto killed = kill_strangers();
    await_end(killed, give_up);
    reap_killed();
    if (killed.empty() || Clock::now() >= give_up) return;
  }
}

}  // namespace towermill
