#include "runner/launch/fork_control.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace towermill {

namespace {

// A fork takes less than a millisecond. Whoever takes so long is stopped or stuck.
constexpr int patience_ms = 5'000;

struct Question {
  std::int32_t reaped, wanted;
};
struct Reply {
  std::int32_t status, forked;
};

ExitStatus exit_status(int status) {
  if (WIFSIGNALED(status)) return {.code = 0, .signal = WTERMSIG(status)};
  return {.code = WEXITSTATUS(status), .signal = 0};
}

Error gone() { return Error{"the fork server is gone"}; }

}  // namespace

Result<ForkControl::Answer> ForkControl::ask(pid_t reaped, const ChildEnds* ends) {
  const std::lock_guard lock(mutex_);
  if (broken_) return gone();
  if (auto sent = send(reaped, ends); !sent) {
    broken_ = true;
    return sent.error();
  }
  auto answer = receive();
  broken_ = !answer;
  return answer;
}

Result<void> ForkControl::send(pid_t reaped, const ChildEnds* ends) {
  Question question{reaped, ends == nullptr ? 0 : 1};
  iovec bytes{&question, sizeof question};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(2 * sizeof(int))> attached{};
  if (ends != nullptr) {
    message.msg_control = attached.data();
    message.msg_controllen = attached.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(2 * sizeof(int));
    const std::array<int, 2> descriptors{ends->channel, ends->log};
    std::memcpy(CMSG_DATA(header), descriptors.data(), sizeof descriptors);
  }
  if (::sendmsg(socket_.get(), &message, MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof question))
    return gone();
  return {};
}

Result<ForkControl::Answer> ForkControl::receive() {
  pollfd readable{socket_.get(), POLLIN, 0};
  Reply reply{};
  if (::poll(&readable, 1, patience_ms) <= 0) return Error{"the fork server does not answer"};
  if (::recv(socket_.get(), &reply, sizeof reply, 0) != static_cast<ssize_t>(sizeof reply)) return gone();
  return Answer{exit_status(reply.status), reply.forked};
}

}  // namespace towermill
