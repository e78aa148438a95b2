#include "runner/languages/python/native/control.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "runner/languages/python/native/place.h"
#include "runner/languages/python/native/run.h"
#include "runner/protocol/fork_messages.h"

namespace towermill::native {

namespace {

struct Ends {
  int channel = -1, log = -1;
};

bool receive(int control, ForkHead& head, Ends& ends) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(Ends))> attached{};
  iovec place{&head, sizeof head};
  msghdr message{};
  message.msg_iov = &place;
  message.msg_iovlen = 1;
  message.msg_control = attached.data();
  message.msg_controllen = attached.size();
  ssize_t got = 0;
  do got = ::recvmsg(control, &message, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (const cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr)
    std::memcpy(&ends, CMSG_DATA(header), sizeof ends);
  return got == static_cast<ssize_t>(sizeof head);
}

/// How many scripts are known then; -1 with an exception set.
int learn(int control, std::int32_t bytes, PyObject* learner) {
  PyObject* const frame = PyBytes_FromStringAndSize(nullptr, bytes);
  if (frame == nullptr) return -1;
  if (::recv(control, PyBytes_AsString(frame), static_cast<std::size_t>(bytes), MSG_WAITALL) != bytes)
    ::_exit(0);
  PyObject* const known = PyObject_CallFunctionObjArgs(learner, frame, nullptr);
  Py_DECREF(frame);
  const long count = known == nullptr ? -1 : PyLong_AsLong(known);
  Py_XDECREF(known);
  return static_cast<int>(count);
}

/// What a child does before it knows its run. The control socket's end goes first.
void leave_for(Ends ends) {
  ::dup3(ends.channel, channel_fd, O_CLOEXEC);
  ::dup2(ends.log, STDOUT_FILENO);
  ::dup2(ends.log, STDERR_FILENO);
  ::close(ends.channel);
  ::close(ends.log);
  ::setsid();
  ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

/// Python's own part of a fork matters to other threads, and to those who asked to be called. There is one
/// thread here, and it holds no lock. So it is left out, and with it a quarter of the pages that a child
/// would write to, unless somebody asked for more than to be called in the child, which serve_run() does.
pid_t fork_child(Ends ends, bool others_asked) {
  if (others_asked) PyOS_BeforeFork();
  const pid_t child = ::fork();
  const int error = errno;
  if (child == 0) {
    leave_for(ends);
    if (others_asked) PyOS_AfterFork_Child();
    return 0;
  }
  if (others_asked) PyOS_AfterFork_Parent();
  ::close(ends.channel);
  ::close(ends.log);
  return child < 0 ? -error : child;
}

}  // namespace

PyObject* serve(PyObject* /*self*/, PyObject* args) {
  int control = -1;
  PyObject* learner = nullptr;
  int others_asked = 1;
  if (!PyArg_ParseTuple(args, "iOp", &control, &learner, &others_asked)) return nullptr;
  ForkReply reply{};
  for (;;) {
    ForkHead head{};
    Ends ends;
    if (!receive(control, head, ends)) ::_exit(0);
    reply.status = reply.forked = 0;
    if (head.reaped != 0) ::waitpid(head.reaped, &reply.status, 0);
    if (head.learnt_bytes != 0 && (reply.known = learn(control, head.learnt_bytes, learner)) < 0)
      return nullptr;
    if (head.wanted != 0 && (reply.forked = fork_child(ends, others_asked != 0)) == 0) {
      serve_run();
      Py_RETURN_NONE;
    }
    if (::send(control, &reply, sizeof reply, MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof reply)) ::_exit(0);
  }
}

PyObject* hide(PyObject* /*self*/, PyObject* /*none*/) {
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  Py_RETURN_NONE;
}

}  // namespace towermill::native
