#include "handler/front/connections.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "runner/base/clock.h"

namespace towermill {

namespace {

// Out of descriptors or memory: accepting again at once would only spin.
constexpr std::chrono::milliseconds shortage_pause{50};

constexpr std::chrono::milliseconds patience_with_the_newest{1000};

enum class Peer { has_sent, is_silent, has_gone };

Peer look_at_peer(int fd) {
  char byte;
  const ssize_t got = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got > 0) return Peer::has_sent;
  return got < 0 && errno == EAGAIN ? Peer::is_silent : Peer::has_gone;
}

}  // namespace

Result<std::unique_ptr<Connections>> Connections::make(ConnectionsOptions options) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return os_error("epoll_create1");
  auto wake = make_eventfd();
  if (!wake) return wake.error();
  const int listener = options.listener;
  if (auto set = set_nonblocking(listener); !set) return set.error();
  std::unique_ptr<Connections> connections(
      new Connections(std::move(options), std::move(epoll), std::move(*wake)));
  for (const int fd : {listener, connections->wake_.get()})
    if (auto watched = connections->watch(fd); !watched) return watched.error();
  return connections;
}

Connections::Connections(ConnectionsOptions options, UniqueFd epoll, UniqueFd wake)
    : options_(std::move(options)), epoll_(std::move(epoll)), wake_(std::move(wake)) {}

Result<void> Connections::watch(int fd) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP;
  event.data.fd = fd;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return os_error("epoll_ctl");
  return {};
}

void Connections::run() {
  std::array<epoll_event, 64> events{};
  for (;;) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == wake_.get()) return hand_on_the_last();
      if (fd == options_.listener) {
        accept_all();
      } else {
        hand_on(fd);
      }
    }
  }
}

void Connections::accept_all() {
  for (;;) {
    UniqueFd connection(::accept4(options_.listener, nullptr, nullptr, SOCK_CLOEXEC));
    if (connection && look_at_peer(connection.get()) == Peer::has_sent) {
      options_.ready(std::move(connection));  // as most have by then
      continue;
    }
    if (connection) {
      keep_idle(std::move(connection), true);
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      std::this_thread::sleep_for(shortage_pause);
    if (errno != ECONNABORTED && errno != EINTR) return;
  }
}

void Connections::hand_on(int fd) {
  UniqueFd connection;
  bool is_new = false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = idle_.find(fd);
    if (found == idle_.end()) return;
    connection = std::move(found->second.fd);
    is_new = found->second.is_new;
    idle_.erase(found);
  }
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  const Peer peer = look_at_peer(fd);
  // Silent: the event was for an earlier connection of the same number.
  if (peer == Peer::is_silent) return keep_idle(std::move(connection), is_new);
  if (peer == Peer::has_sent) options_.ready(std::move(connection));
}

void Connections::give_back(UniqueFd connection) { keep_idle(std::move(connection), false); }

void Connections::keep_idle(UniqueFd connection, bool is_new) {
  const int fd = connection.get();
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  make_room();
  idle_.insert_or_assign(fd, Idle{std::move(connection), ++arrivals_, is_new});
  if (!watch(fd)) idle_.erase(fd);
}

void Connections::make_room() {
  if (idle_.size() < options_.most_idle) return;
  const auto longest = std::min_element(idle_.begin(), idle_.end(), [](const auto& one, const auto& other) {
    return one.second.since < other.second.since;
  });
  idle_.erase(longest);
}

/// A web server connects first and sends a moment later.
void Connections::wait_for_the_newest() {
  const TimePoint until = Clock::now() + patience_with_the_newest;
  for (;;) {
    std::vector<pollfd> silent;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [fd, idle] : idle_)
        if (pollfd peer{fd, POLLIN, 0}; idle.is_new && ::poll(&peer, 1, 0) == 0) silent.push_back(peer);
    }
    if (silent.empty() || ::poll(silent.data(), silent.size(), poll_timeout(until)) <= 0) return;
  }
}

/// Whoever has connected before the stop, and has sent something, is still served.
void Connections::hand_on_the_last() {
  if (!options_.leave_waiting) accept_all();
  wait_for_the_newest();
  std::vector<int> readable;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& [fd, idle] : idle_) {
      pollfd pending{fd, POLLIN, 0};
      if (::poll(&pending, 1, 0) > 0) readable.push_back(fd);
    }
  }
  for (const int fd : readable) hand_on(fd);
  const std::lock_guard lock(mutex_);
  idle_.clear();
}

void Connections::stop() { ::eventfd_write(wake_.get(), 1); }

}  // namespace towermill
