#include "handler/front/connections.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

namespace towermill {

namespace {

// Out of descriptors or memory: accepting again at once would only spin.
constexpr std::chrono::milliseconds shortage_pause{50};

constexpr std::chrono::milliseconds patience_with_the_newest{1000};

// One event, one thread: until it is watched anew, nobody else hears of it.
constexpr unsigned once = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;

bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

bool is_readable(int fd) {
  pollfd peer{fd, POLLIN, 0};
  return ::poll(&peer, 1, 0) > 0;
}

}  // namespace

Result<std::unique_ptr<Connections>> Connections::make(ConnectionsOptions options) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return os_error("epoll_create1");
  auto call = make_eventfd();
  if (!call) return call.error();
  auto end = make_eventfd();
  if (!end) return end.error();
  if (auto set = set_nonblocking(options.listener); !set) return set.error();
  std::unique_ptr<Connections> made(
      new Connections(options, std::move(epoll), std::move(*call), std::move(*end)));
  if (!made->watch(options.listener, once) || !made->watch(made->end_.get(), EPOLLIN) ||
      !made->watch(made->call_.get(), EPOLLIN | EPOLLET))
    return os_error("epoll_ctl");
  return made;
}

Connections::Connections(ConnectionsOptions options, UniqueFd epoll, UniqueFd call, UniqueFd end)
    : options_(options), epoll_(std::move(epoll)), call_(std::move(call)), end_(std::move(end)) {}

bool Connections::watch(int fd, unsigned events) const {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0) return true;
  return errno == ENOENT && ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

Connections::Event Connections::next(Arrival& arrival, FirstBytes& room) {
  while (!ended_) {
    epoll_event event{};
    if (::epoll_wait(epoll_.get(), &event, 1, -1) != 1) continue;
    const int fd = event.data.fd;
    if (fd == end_.get()) break;
    if (fd == call_.get()) return Event::called;
    if (fd == options_.listener ? accept_one(arrival, room) : take(fd, arrival, room)) return Event::arrival;
  }
  return Event::over;
}

bool Connections::accept_one(Arrival& arrival, FirstBytes& room) {
  const std::shared_lock lock(door_);
  if (!accepting_) return false;
  UniqueFd connection(::accept4(options_.listener, nullptr, nullptr, SOCK_CLOEXEC));
  if (!connection && is_shortage(errno)) std::this_thread::sleep_for(shortage_pause);
  bool arrived = false;
  if (connection) {
    ++busy_;
    arrived = begins({std::move(connection), true}, arrival, room);
  }
  // Who else waits to be accepted is another thread's.
  watch(options_.listener, once);
  return arrived;
}

bool Connections::take(int fd, Arrival& arrival, FirstBytes& room) {
  Idle idle;
  {
    const std::lock_guard lock(mutex_);
    idle = idle_.take(fd);
    // The event may have been for an earlier connection of the same number.
    if (!idle.connection) return false;
    ++busy_;
  }
  return begins(std::move(idle), arrival, room);
}

/// Whether a request begins on it; else it is idle, or has gone.
bool Connections::begins(Idle idle, Arrival& arrival, FirstBytes& room) {
  const ssize_t got = ::recv(idle.connection.get(), room.data(), room.size(), MSG_DONTWAIT);
  if (got > 0) {
    arrival = {std::move(idle.connection), {room.data(), static_cast<std::size_t>(got)}};
    return true;
  }
  if (got < 0 && errno == EAGAIN) keep_idle(std::move(idle));
  served();
  return false;
}

void Connections::served() {
  if (--busy_ > 0 || !stopping_) return;
  const std::lock_guard lock(mutex_);
  all_served_.notify_all();
}

void Connections::give_back(UniqueFd connection) { keep_idle({std::move(connection), false}); }

void Connections::keep_idle(Idle idle) {
  const int fd = idle.connection.get();
  const std::lock_guard lock(mutex_);
  // A web server may send the next request as soon as it has its answer.
  if (stopping_ && !is_readable(fd)) return;
  if (idle_.size() >= options_.most_idle) close_one_silent();
  idle_.add(std::move(idle));
  if (!watch(fd, once)) idle_.take(fd);
}

/// The one idle longest. Who has sent something waits for a thread, and is not idle any more.
void Connections::close_one_silent() {
  for (int fd = idle_.oldest(); fd >= 0; fd = idle_.newer_than(fd))
    if (!is_readable(fd)) return close(idle_.take(fd));
}

/// A process that is just being started may hold a copy: the set would go on telling of it.
void Connections::close(Idle idle) const {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, idle.connection.get(), nullptr);
  idle.connection.reset();
}

void Connections::call() const { ::eventfd_write(call_.get(), 1); }

void Connections::stop() {
  {
    const std::lock_guard lock(door_);
    if (!std::exchange(accepting_, false)) return;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, options_.listener, nullptr);
  }
  if (!options_.leave_waiting) accept_the_last();
  wait_for_the_newest();
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (const int fd : idle_.all())
    if (!is_readable(fd)) close(idle_.take(fd));
}

void Connections::accept_the_last() {
  for (;;) {
    UniqueFd connection(::accept4(options_.listener, nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection && errno != ECONNABORTED && errno != EINTR) return;
    if (!connection) continue;
    const int fd = connection.get();
    const std::lock_guard lock(mutex_);
    idle_.add({std::move(connection), true});  // however many: nobody is sent away for them
    watch(fd, once);
  }
}

/// A web server connects first and sends a moment later.
void Connections::wait_for_the_newest() {
  const TimePoint until = Clock::now() + patience_with_the_newest;
  for (;;) {
    std::vector<pollfd> silent;
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : idle_.all())
        if (idle_.is_new(fd) && !is_readable(fd)) silent.push_back({fd, POLLIN, 0});
    }
    if (silent.empty() || ::poll(silent.data(), silent.size(), poll_timeout(until)) <= 0) return;
  }
}

bool Connections::wait_until_idle(TimePoint until) {
  std::unique_lock lock(mutex_);
  return all_served_.wait_until(lock, until, [this] { return busy_ == 0 && idle_.size() == 0; });
}

void Connections::end() {
  ended_ = true;
  ::eventfd_write(end_.get(), 1);
}

}  // namespace towermill
