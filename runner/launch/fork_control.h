#pragma once
// The control socket of a fork server: one question, one answer.

#include <sys/types.h>

#include <mutex>
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

/// Thread-safe; a question waits for those before it.
class ForkControl {
 public:
  /// Our end of the socket, non-blocking.
  explicit ForkControl(UniqueFd socket) : socket_(std::move(socket)) {}

  struct Answer {
    ExitStatus reaped;
    pid_t forked = 0;  // negative: why not, an errno
  };

  /// Takes the status of `reaped`, a child that has ended (0: none), and forks one for `ends` (nullptr:
  /// none). Error: the server is gone or does not answer in time, and so it is from then on.
  Result<Answer> ask(pid_t reaped, const ChildEnds* ends);

  int fd() const { return socket_.get(); }

 private:
  Result<void> send(pid_t reaped, const ChildEnds* ends);
  Result<Answer> receive();

  std::mutex mutex_;
  UniqueFd socket_;
  bool broken_ = false;
};

}  // namespace towermill
