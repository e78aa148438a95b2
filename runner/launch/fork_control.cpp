#include "runner/launch/fork_control.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>

#include "runner/protocol/fork_messages.h"

namespace towermill {

namespace {

// A fork takes less than a millisecond. Whoever takes longer may have been stopped, and is told to go on; who
// takes so long then is stuck.
constexpr int soon_ms = 100;
constexpr int patience_ms = 5'000;

ExitStatus exit_status(int status) {
  if (WIFSIGNALED(status)) return {.code = 0, .signal = WTERMSIG(status)};
  return {.code = WEXITSTATUS(status), .signal = 0};
}

Error gone() { return Error{"the fork server is gone"}; }

}  // namespace

Result<ForkControl::Answer> ForkControl::ask(const ForkQuestion& question) {
  const std::lock_guard lock(mutex_);
  if (broken_) return gone();
  if (auto sent = send(question); !sent) {
    broken_ = true;
    return sent.error();
  }
  auto answer = receive();
  broken_ = !answer;
  return answer;
}

Result<void> ForkControl::send(const ForkQuestion& question) {
  ForkHead head{question.reaped, static_cast<std::int32_t>(question.learnt.size()),
                question.ends == nullptr ? 0 : 1};
  std::array<iovec, 2> pieces{
      {{&head, sizeof head}, {const_cast<char*>(question.learnt.data()), question.learnt.size()}}};
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  alignas(cmsghdr) std::array<char, CMSG_SPACE(2 * sizeof(int))> attached{};
  if (question.ends != nullptr) {
    message.msg_control = attached.data();
    message.msg_controllen = attached.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(2 * sizeof(int));
    const std::array<int, 2> descriptors{question.ends->channel, question.ends->log};
    std::memcpy(CMSG_DATA(header), descriptors.data(), sizeof descriptors);
  }
  const auto bytes = static_cast<ssize_t>(sizeof head + question.learnt.size());
  if (::sendmsg(socket_.get(), &message, MSG_NOSIGNAL) != bytes) return gone();
  return {};
}

Result<ForkControl::Answer> ForkControl::receive() {
  pollfd readable{socket_.get(), POLLIN, 0};
  ForkReply reply{};
  if (::poll(&readable, 1, soon_ms) <= 0) {
    ::kill(server_, SIGCONT);
    if (::poll(&readable, 1, patience_ms) <= 0) return Error{"the fork server does not answer"};
  }
  if (::recv(socket_.get(), &reply, sizeof reply, 0) != static_cast<ssize_t>(sizeof reply)) return gone();
  return Answer{exit_status(reply.status), reply.forked, static_cast<std::size_t>(reply.known)};
}

}  // namespace towermill
