#pragma once
// The control socket of a fork server: one question, one answer.

#include <sys/types.h>

#include <cstddef>
#include <mutex>
#include <string_view>
#include <utility>

#include "runner/base/fd.h"
#include "runner/base/result.h"
#include "runner/launch/launch.h"

namespace towermill {

/// What a child is to get: its channel's end, and where its log goes. Borrowed.
struct ChildEnds {
  int channel = -1;
  int log = -1;
};

/// What a fork server is to do, in this order.
struct ForkQuestion {
  pid_t reaped = 0;                 // the child that has ended and whose status is taken; 0: none
  std::string_view learnt = {};     // a script's frame that its children are to know; empty: none
  const ChildEnds* ends = nullptr;  // of the child that it forks; nullptr: none
};

/// Thread-safe; a question waits for those before it.
class ForkControl {
 public:
  /// The server, and our end of its socket, non-blocking.
  ForkControl(pid_t server, UniqueFd socket) : server_(server), socket_(std::move(socket)) {}

  struct Answer {
    ExitStatus reaped;
    pid_t forked = 0;       // negative: why not, an errno
    std::size_t known = 0;  // how many scripts a child knows that is forked now
  };

  /// Error: the server is gone or does not answer in time, and so it is from then on.
  Result<Answer> ask(const ForkQuestion& question);

  int fd() const { return socket_.get(); }

 private:
  Result<void> send(const ForkQuestion& question);
  Result<Answer> receive();

  std::mutex mutex_;
  const pid_t server_;
  UniqueFd socket_;
  bool broken_ = false;
};

}  // namespace towermill
