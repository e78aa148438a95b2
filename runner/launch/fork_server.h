#pragma once
// A process that forks others, each of which serves one run: an interpreter that is up. With those of its
// children that wait for a run.

#include <sys/types.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runner/launch/fork_control.h"
#include "runner/launch/known_scripts.h"
#include "runner/launch/launch.h"
#include "runner/launch/loaded.h"
#include "runner/protocol/frames.h"

namespace towermill {

/// Thread-safe where nothing else is said.
class ForkServer : public std::enable_shared_from_this<ForkServer> {
 public:
  /// Starts one for launches like this one, whose plan has a fork_server. It may not be asked for a child
  /// before loaded() has told. Only for threads that live as long as the process.
  static Result<std::shared_ptr<ForkServer>> start(Launcher& cold, const Launch& like);

  ForkServer(const ForkServer&) = delete;
  ForkServer& operator=(const ForkServer&) = delete;
  /// Ends the server and the children that wait. Children in a run keep it alive.
  ~ForkServer();

  /// Reads what there is of what it tells at first; nullopt: not all is there yet. Error: it has died, or
  /// told something else. For one thread, until it has told.
  std::optional<Result<Loaded>> loaded();

  /// A child for that launch; nullptr where it cannot fork now.
  std::unique_ptr<Child> take(const Launch& launch);

  /// Forks a child that waits, unless enough do.
  void fork_ahead();
  /// Lets go those that wait and that lately were not needed. To be called about once a second.
  void forget_peak();
  /// It forks no more, and those that wait go. Its children in a run finish.
  void retire();

  /// Ends it at once. Its children in a run finish.
  void end_now() { ::kill(process_->pid, SIGKILL); }

  bool is_alive() const;
  std::size_t waiting() const;
  std::size_t running() const { return running_; }
  std::uint64_t forks() const { return forks_; }
  /// Memory that is its own alone, and not a file's.
  std::int64_t own_bytes() const;
  /// For polling, readable when it has told something; when it has printed; when it has ended.
  int channel_fd() const { return control_.fd(); }
  int output_fd() const { return process_->out.get(); }
  int ended_fd() const { return process_->pidfd.get(); }
  /// What it printed since the last call, at most some KiB. For one thread.
  std::string printed();

 private:
  class ForkedChild;
  struct Ends {
    SocketPair channel;
    Pipe log;
  };
  struct Waiting {
    pid_t pid = -1;
    UniqueFd pidfd, channel, out;
    std::size_t known = 0;  // scripts
  };

  ForkServer(std::unique_ptr<Child> process, UniqueFd control)
      : process_(std::move(process)), control_(process_->pid, std::move(control)) {}

  static Result<Ends> make_ends();
  static Result<Waiting> adopt(const ForkControl::Answer& answer, Ends ends);
  Result<ForkControl::Answer> ask(pid_t reaped, const Ends* ends);
  Result<Waiting> fork();
  ExitStatus reap(pid_t pid, int pidfd);
  ExitStatus status_of_orphan(int pidfd) const;
  std::optional<Waiting> pop_waiting();
  bool wants_more();
  void add_ahead(Result<Waiting> child);
  void end(Waiting child);
  void end_waiting_above(std::size_t count);

  std::unique_ptr<Child> process_;  // its channel is control_'s
  ForkControl control_;
  FrameReader frames_{std::size_t{1} << 20};
  mutable std::mutex mutex_;
  KnownScripts scripts_;
  std::vector<Waiting> waiting_;  // the last forked is the first taken
  std::size_t forking_ = 0;       // ahead, right now
  std::size_t peak_ = 1;          // how many lately ran at once
  bool retired_ = false;
  std::atomic<std::size_t> running_ = 0;
  std::atomic<std::uint64_t> forks_ = 0;
};

}  // namespace towermill
