#include "handler/app/keeper.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "handler/app/notify.h"
#include "handler/app/setup.h"
#include "handler/app/signals.h"
#include "runner/launch/orphans.h"

namespace towermill {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_pause{100}, longest_pause{5000};
// A server that lived this long did not die of its start.
constexpr milliseconds good_life{10'000};
constexpr milliseconds longest_sweep{2000};
// What a stop may take beyond stop_s: the longest grace of a run that is ended, and the sweep.
constexpr std::int64_t ending_s = 15;

class Keeper {
 public:
  Keeper(const Listener& listener, const Log& log, std::int64_t stop_s, const Serve& serve, Signals signals,
         Orphans& orphans)
      : listener_(listener),
        log_(log),
        stop_s_(stop_s),
        serve_(serve),
        signals_(std::move(signals)),
        orphans_(orphans) {}

  int run() {
    for (;;) {
      const int status = start() ? watch() : EXIT_FAILURE;
      orphans_.spare(0);
      orphans_.end_all(Clock::now() + longest_sweep);
      if (stopping_ || (first_ && status == exit_wrong_settings)) return status;
      first_ = false;
      log_.error("server died", {{"status", std::int64_t{status}}});
      report(fmt::format("STATUS=The server died with status {}; it is started anew", status));
      if (!pause()) return status;
    }
  }

 private:
  bool start();
  void be_server(pid_t keeper, const UniqueFd& serving);
  int watch();
  void listen_to_server();
  bool pause();
  void pass_on(int signal);
  void report(std::string_view state);

  const Listener& listener_;
  const Log& log_;
  const std::int64_t stop_s_;
  const Serve& serve_;
  Signals signals_;
  Orphans& orphans_;
  const std::string manager_ = manager_address();
  pid_t server_ = 0;
  UniqueFd word_;  // a pipe from the server, until it has said that it serves
  TimePoint started_;
  milliseconds pause_{0};
  bool stopping_ = false;
  bool first_ = true;  // what is wrong at the first start is wrong with the settings; later it may pass
};

bool Keeper::start() {
  const pid_t keeper = ::getpid();
  started_ = Clock::now();
  // A pipe of its own for each server: no word of a dead one is taken for the next one's.
  auto pipe = make_pipe();
  server_ = pipe ? ::fork() : -1;
  if (server_ < 0) {
    log_.error("cannot fork the server", {{"why", pipe ? os_error("fork").message : pipe.error().message}});
    return false;
  }
  if (server_ == 0) be_server(keeper, pipe->write);
  word_ = std::move(pipe->read);
  orphans_.spare(server_);
  return true;
}

void Keeper::be_server(pid_t keeper, const UniqueFd& serving) {
  // The keeper's death is a stop at once: nobody would be left to sweep after us.
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT, 0, 0, 0);
  if (::getppid() != keeper) ::_exit(EXIT_FAILURE);
  ::_exit(serve_([&serving] { (void)write_all(serving.get(), "1"); }));
}

/// Until the server has ended. Its exit code, or 128 + the signal that killed it.
int Keeper::watch() {
  for (;;) {
    int status = 0;
    if (::waitpid(server_, &status, WNOHANG) == server_)
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    const auto signal = signals_.next(Clock::now() + std::chrono::seconds(5), word_.get());
    if (signal && *signal != SIGCHLD) pass_on(*signal);
    if (!signal) listen_to_server();
    orphans_.sweep();  // an earlier server's, should one have outlived the sweep after it
  }
}

void Keeper::listen_to_server() {
  pollfd readable{word_.get(), POLLIN, 0};
  if (::poll(&readable, 1, 0) <= 0) return;
  char word = 0;
  const bool serves = ::read(word_.get(), &word, 1) == 1;  // else it has died
  word_.reset();
  if (serves && !stopping_) report("READY=1\nSTATUS=Serving");
}

void Keeper::pass_on(int signal) {
  // Who connects from now on is refused at once, and not kept waiting for a server that goes.
  if (!listener_.path.empty()) ::unlink(listener_.path.c_str());
  if (!stopping_)
    report(
        fmt::format("STOPPING=1\nSTATUS=Stopping, running scripts may finish\nEXTEND_TIMEOUT_USEC={}000000",
                    stop_s_ + ending_s));
  ::kill(server_, stopping_ ? SIGQUIT : signal);
  stopping_ = true;
}

void Keeper::report(std::string_view state) {
  if (auto sent = notify(manager_, state); !sent)
    log_.warning("cannot notify the service manager", {{"why", sent.error().message}});
}

/// At once after a good life, else with back-off. False: told to stop meanwhile.
bool Keeper::pause() {
  const bool lived_well = Clock::now() - started_ > good_life;
  const milliseconds wait = lived_well ? milliseconds(0) : pause_;
  pause_ = lived_well ? milliseconds(0) : std::clamp(pause_ * 2, first_pause, longest_pause);
  const TimePoint until = Clock::now() + wait;
  while (Clock::now() < until)
    if (const auto signal = signals_.next(until); signal && *signal != SIGCHLD) return false;
  return true;
}

}  // namespace

int keep(const Listener& listener, const Log& log, std::int64_t stop_s, const Serve& serve) {
  auto signals = Signals::take({SIGTERM, SIGINT, SIGQUIT, SIGCHLD});
  auto orphans = Orphans::adopt();
  if (!signals || !orphans) {
    log.error("cannot keep a server",
              {{"why", !signals ? signals.error().message : orphans.error().message}});
    return EXIT_FAILURE;
  }
  return Keeper(listener, log, stop_s, serve, std::move(*signals), **orphans).run();
}

}  // namespace towermill
