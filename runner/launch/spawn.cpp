// The only user of Boost.Process. Version 1 with vfork: a start costs the same whatever the server's size.
// Its small headers only, and none of its waiting, piping or descriptor-limiting, which do not survive
// threads.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/error.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/posix.hpp>
#include <cerrno>
#include <csignal>

#include "runner/launch/child_setup.h"
#include "runner/launch/launch.h"

namespace towermill {

namespace bp = boost::process;

namespace {

// When memory runs out, a run goes before the server does. From here and not by the child itself, which
// shares the server's memory, and so its unreadable /proc, until it has executed. Best effort.
void volunteer_for_the_oom_killer(pid_t pid) {
  const UniqueFd file(::open(fmt::format("/proc/{}/oom_score_adj", pid).c_str(), O_WRONLY | O_CLOEXEC));
  if (file) (void)write_all(file.get(), "500");
}

class SpawnedChild final : public Child {
 public:
  SpawnedChild() = default;
  SpawnedChild(const SpawnedChild&) = delete;
  SpawnedChild& operator=(const SpawnedChild&) = delete;
  ~SpawnedChild() override {
    if (reaped_) return;
    // Where a sanitizer makes a fork of the vfork, its group may not be there yet.
    if (::kill(-pid, SIGKILL) != 0) ::kill(pid, SIGKILL);
    reap();
  }

  void has_lasted() override { volunteer_for_the_oom_killer(pid); }

  ExitStatus reap() override {
    reaped_ = true;
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED) != 0 && errno == EINTR) {
    }
    if (info.si_code == CLD_EXITED) return {.code = info.si_status, .signal = 0};
    return {.code = 0, .signal = info.si_status};
  }

 private:
  bool reaped_ = false;
};

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// Lives in the parent's memory, which a vfork child shares: what the child writes here, the parent reads.
struct Handover {
  const ChildSetup& setup;
  std::vector<char*> argv, environment;
  const char* failed_step = nullptr;
  int failed_errno = 0;
};

struct Hooks : bp::extend::handler {
  Handover* handover;

  explicit Hooks(Handover& shared) : handover(&shared) {}

  template <class Executor>
  void on_exec_setup(Executor& executor) const {
    executor.cmd_line = handover->argv.data();
    executor.env = handover->environment.data();
    handover->failed_step = handover->setup.enter();
    if (handover->failed_step == nullptr) return;
    handover->failed_errno = errno;
    ::_exit(127);
  }
};

class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

Result<pid_t> spawn(const Launch& launch, Handover& handover) {
  std::error_code error;
  const BlockedSignals blocked;
  bp::child child(bp::exe = launch.plan->program, bp::args = std::vector<std::string>{}, bp::posix::use_vfork,
                  Hooks(handover), error);
  if (error) return os_error("cannot execute " + launch.plan->program, error.value());
  const pid_t pid = child.id();
  child.detach();
  if (handover.failed_step == nullptr) return pid;
  ::waitpid(pid, nullptr, 0);
  return os_error(handover.failed_step, handover.failed_errno);
}

Result<UniqueFd> open_stdin(const Launch& launch) {
  if (!launch.plan->stdin_bytes.empty()) return make_input_file(launch.plan->stdin_bytes, launch.spill_dir);
  UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!null) return os_error("/dev/null");
  return null;
}

/// Descriptor 3 of the child: the socket of the run protocol, a file of values, or nothing.
struct ThirdDescriptor {
  UniqueFd ours, theirs;
};

Result<ThirdDescriptor> make_third(const Launch& launch) {
  if (!launch.plan->frame.empty()) {
    auto pair = make_stream_pair();
    if (!pair) return pair.error();
    if (auto set = set_nonblocking(pair->ours.get()); !set) return set.error();
    return ThirdDescriptor{std::move(pair->ours), std::move(pair->theirs)};
  }
  if (launch.plan->values.empty()) return ThirdDescriptor{};
  auto file = make_input_file(launch.plan->values, launch.spill_dir);
  if (!file) return file.error();
  return ThirdDescriptor{UniqueFd(), std::move(*file)};
}

Result<Pipe> make_output() {
  auto pipe = make_pipe();
  if (!pipe) return pipe;
  if (auto set = set_nonblocking(pipe->read.get()); !set) return set.error();
  return pipe;
}

class SpawnLauncher final : public Launcher {
 public:
  Result<std::unique_ptr<Child>> start(const Launch& launch) override {
    auto input = open_stdin(launch);
    auto third = make_third(launch);
    auto out = make_output();
    // With a channel both are the log: in one pipe their lines keep their order.
    auto err = third && third->ours ? Pipe{} : make_output();
    if (!input) return input.error();
    if (!third) return third.error();
    if (!out) return out.error();
    if (!err) return err.error();
    const int error_output = err->write ? err->write.get() : out->write.get();

    const ResourceLimits limits(launch.limits, launch.plan->memory_limit, user_tasks());
    const std::string& folder = launch.plan->directory.empty() ? launch.work_dir : launch.plan->directory;
    const ChildSetup setup({input->get(), out->write.get(), error_output, third->theirs.get()},
                           folder.c_str(), limits, ignored_);
    Handover handover{setup, pointers_to(launch.plan->argv), pointers_to(launch.environment)};
    auto pid = spawn(launch, handover);
    if (!pid) return pid.error();
    return adopt(*pid, std::move(third->ours), std::move(out->read), std::move(err->read));
  }

 private:
  // Whoever ignores a signal later than here hands that down to the runs.
  const IgnoredSignals ignored_ = IgnoredSignals::now();

  static Result<std::unique_ptr<Child>> adopt(pid_t pid, UniqueFd channel, UniqueFd out, UniqueFd err) {
    auto child = std::make_unique<SpawnedChild>();
    child->pid = pid;
    child->pidfd.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!child->pidfd) return os_error("pidfd_open");
    child->channel = std::move(channel);
    child->out = std::move(out);
    child->err = std::move(err);
    return std::unique_ptr<Child>(std::move(child));
  }
};

}  // namespace

std::unique_ptr<Launcher> make_spawn_launcher() { return std::make_unique<SpawnLauncher>(); }

}  // namespace towermill
