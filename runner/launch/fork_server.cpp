#include "runner/launch/fork_server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "runner/base/process_memory.h"
#include "runner/jail/resource_limits.h"
#include "runner/launch/pidfd.h"

namespace towermill {

namespace {

constexpr std::size_t most_waiting = 8;

// A server has no limits of its own: its children get theirs once their run is known, and none may get more
// than its parent has.
Limits no_limits() {
  constexpr std::int64_t none = INT64_MAX / 2;
  Limits limits;
  limits.cpu_s = limits.memory_bytes = limits.process_limit = limits.open_files = limits.file_size_bytes =
      none;
  return limits;
}

Plan plan_of_server(const Plan& plan) {
  Plan server;
  server.run_name = plan.run_name;
  server.program = plan.program;
  server.argv = plan.fork_server;
  server.frame = "control";  // that it gets a socket
  server.directory = "/";
  return server;
}

// Children write their own id over this, in the memory that /proc/PID/environ shows.
constexpr std::string_view room_for_job_id = "WM_JOB_ID=00000000-0000-0000-0000-000000000000";

/// What a child is told first. As protocol/fork_messages.h says.
std::string place_of(const Launch& launch, std::optional<std::size_t> script) {
  std::string place = script ? std::to_string(*script) : std::string();
  (place += '\0').append(launch.work_dir) += '\0';
  for (std::size_t i = launch.shared_environment; i < launch.environment.size(); ++i)
    (place += launch.environment[i]) += '\0';
  return place;
}

}  // namespace

class ForkServer::ForkedChild final : public Child {
 public:
  /// `script` is its number, where the child knows it.
  ForkedChild(std::shared_ptr<ForkServer> server, Waiting forked, const Launch& launch,
              std::optional<std::size_t> script)
      : server_(std::move(server)) {
    pid = forked.pid;
    pidfd = std::move(forked.pidfd);
    channel = std::move(forked.channel);
    out = std::move(forked.out);
    way = Way::fork;
    place_frame = make_frame(place_of(launch, script));
    knows_script = script.has_value();
    const ResourceLimits limits(launch.limits, launch.plan->memory_limit, user_tasks());
    limits_error_ = limits.apply_to(pid);
  }
  ForkedChild(const ForkedChild&) = delete;
  ForkedChild& operator=(const ForkedChild&) = delete;
  ~ForkedChild() override {
    if (reaped_) return;
    ::kill(-pid, SIGKILL);
    kill_at_once(pidfd.get());  // one that is just forked leads no group yet
    await_end(pidfd.get());
    reap();
  }

  ExitStatus reap() override {
    reaped_ = true;
    --server_->running_;
    return server_->reap(pid, pidfd.get());
  }

  bool is_limited() const { return limits_error_ == 0; }

 private:
  std::shared_ptr<ForkServer> server_;
  int limits_error_ = 0;
  bool reaped_ = false;
};

Result<std::shared_ptr<ForkServer>> ForkServer::start(Launcher& cold, const Launch& like) {
  const Plan plan = plan_of_server(*like.plan);
  Launch launch{.plan = &plan, .limits = no_limits()};
  launch.environment.assign(like.environment.begin(),
                            like.environment.begin() + static_cast<std::ptrdiff_t>(like.shared_environment));
  launch.environment.emplace_back(room_for_job_id);
  launch.shared_environment = launch.environment.size();
  auto process = cold.start(launch);
  if (!process) return process.error();
  (*process)->has_lasted();  // and so will all that it forks
  UniqueFd control = std::move((*process)->channel);
  return std::shared_ptr<ForkServer>(new ForkServer(std::move(*process), std::move(control)));
}

ForkServer::~ForkServer() { end_waiting_above(0); }

std::optional<Result<Loaded>> ForkServer::loaded() {
  char block[16 * 1024];
  for (;;) {
    const ssize_t got = ::recv(control_.fd(), block, sizeof block, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
    if (got <= 0) return Error{"it ended at its start"};
    auto frames = frames_.feed({block, static_cast<std::size_t>(got)});
    if (!frames) return frames.error();
    if (!frames->empty()) return parse_loaded(frames->front());
  }
}

std::unique_ptr<Child> ForkServer::take(const Launch& launch) {
  if (!is_alive()) return nullptr;
  auto found = pop_waiting();
  if (!found) {
    auto forked = fork();
    if (!forked) return nullptr;
    found = std::move(*forked);
  }
  // From here on the sweep spares it. Where the server has died before, it may have been taken.
  if (launch.living != nullptr) launch.living->started(found->pid);
  if (!is_alive()) {
    end(std::move(*found));
    return nullptr;
  }
  const std::size_t running = ++running_;
  std::optional<std::size_t> script;
  {
    const std::lock_guard lock(mutex_);
    peak_ = std::max(peak_, running);
    script = scripts_.number(launch.plan->script_frame, found->known);
  }
  auto child = std::make_unique<ForkedChild>(shared_from_this(), std::move(*found), launch, script);
  return child->is_limited() ? std::move(child) : nullptr;
}

std::optional<ForkServer::Waiting> ForkServer::pop_waiting() {
  for (;;) {
    Waiting child;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty()) return std::nullopt;
      child = std::move(waiting_.back());
      waiting_.pop_back();
    }
    if (!has_ended(child.pidfd.get())) return child;
    end(std::move(child));
  }
}

Result<ForkServer::Ends> ForkServer::make_ends() {
  auto channel = make_stream_pair();
  auto log = make_pipe();
  if (!channel) return channel.error();
  if (!log) return log.error();
  if (auto set = set_nonblocking(channel->ours.get()); !set) return set.error();
  if (auto set = set_nonblocking(log->read.get()); !set) return set.error();
  return Ends{std::move(*channel), std::move(*log)};
}

Result<ForkControl::Answer> ForkServer::ask(pid_t reaped, const Ends* ends) {
  ChildEnds theirs;
  if (ends != nullptr) theirs = {ends->channel.theirs.get(), ends->log.write.get()};
  std::string script;
  if (reaped != 0) {
    const std::lock_guard lock(mutex_);
    script = scripts_.next();
  }
  auto answer =
      control_.ask({.reaped = reaped, .learnt = script, .ends = ends == nullptr ? nullptr : &theirs});
  if (!answer) end_now();
  if (answer && ends != nullptr) ++forks_;
  if (answer && !script.empty()) {
    const std::lock_guard lock(mutex_);
    scripts_.learnt(answer->known);
  }
  return answer;
}

// The server reaps a child when asked to and not before: until then the number is that child's.
Result<ForkServer::Waiting> ForkServer::adopt(const ForkControl::Answer& answer, Ends ends) {
  if (answer.forked <= 0) return os_error("fork", -answer.forked);
  Waiting child{answer.forked, UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, answer.forked, 0))),
                std::move(ends.channel.ours), std::move(ends.log.read), answer.known};
  if (!child.pidfd) return os_error("pidfd_open");
  return child;
}

Result<ForkServer::Waiting> ForkServer::fork() {
  auto ends = make_ends();
  if (!ends) return ends.error();
  const auto answer = ask(0, &*ends);
  if (!answer) return answer.error();
  return adopt(*answer, std::move(*ends));
}

/// One question for both: to wake the server costs more than to ask.
ExitStatus ForkServer::reap(pid_t pid, int pidfd) {
  const bool more = wants_more();
  auto ends = more ? make_ends() : Error{"enough"};
  const auto answer = ask(pid, ends ? &*ends : nullptr);
  if (more) add_ahead(answer && ends ? adopt(*answer, std::move(*ends)) : Error{"not forked"});
  return answer ? answer->reaped : status_of_orphan(pidfd);
}

/// Of a child whose server has died, which makes it ours; who sweeps orphans may have taken it already.
ExitStatus ForkServer::status_of_orphan(int pidfd) const {
  await_end(process_->pidfd.get());
  siginfo_t info{};
  if (::waitid(P_PIDFD, static_cast<id_t>(pidfd), &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0)
    return {.code = 0, .signal = SIGKILL};
  if (info.si_code == CLD_EXITED) return {.code = info.si_status, .signal = 0};
  return {.code = 0, .signal = info.si_status};
}

bool ForkServer::wants_more() {
  const std::lock_guard lock(mutex_);
  if (retired_ || waiting_.size() + forking_ >= std::min(peak_ + 1, most_waiting)) return false;
  ++forking_;
  return true;
}

void ForkServer::add_ahead(Result<Waiting> child) {
  const std::lock_guard lock(mutex_);
  --forking_;
  if (child) waiting_.push_back(std::move(*child));
}

void ForkServer::fork_ahead() {
  if (wants_more()) add_ahead(fork());
}

void ForkServer::forget_peak() {
  std::size_t enough = 0;
  {
    const std::lock_guard lock(mutex_);
    peak_ = std::max<std::size_t>({1, running_, peak_ - (peak_ + 7) / 8});
    enough = peak_ + 1;
  }
  end_waiting_above(enough);
}

void ForkServer::retire() {
  {
    const std::lock_guard lock(mutex_);
    retired_ = true;
  }
  end_waiting_above(0);
}

void ForkServer::end_waiting_above(std::size_t count) {
  for (;;) {
    Waiting child;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() <= count) return;
      child = std::move(waiting_.front());
      waiting_.erase(waiting_.begin());
    }
    end(std::move(child));
  }
}

void ForkServer::end(Waiting child) {
  kill_at_once(child.pidfd.get());
  await_end(child.pidfd.get());
  (void)ask(child.pid, nullptr);
}

bool ForkServer::is_alive() const { return !has_ended(process_->pidfd.get()); }

std::size_t ForkServer::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

std::int64_t ForkServer::own_bytes() const {
  const ProcessMemory memory = memory_of(process_->pid);
  return memory.resident_bytes - memory.shared_bytes;
}

std::string ForkServer::printed() {
  char block[16 * 1024];
  const ssize_t got = ::read(process_->out.get(), block, sizeof block);
  if (got == 0) process_->out.reset();  // closed by what it has loaded
  return got > 0 ? std::string(block, static_cast<std::size_t>(got)) : std::string();
}

}  // namespace towermill
