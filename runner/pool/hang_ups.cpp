#include "runner/pool/hang_ups.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>
#include <utility>

namespace towermill {

namespace {

constexpr std::uint64_t the_call = 0;  // names count from 1

bool watch(int epoll, int fd, std::uint32_t events, std::uint64_t name) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = name;
  return ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

}  // namespace

Result<HangUps> HangUps::make() {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return os_error("epoll_create1");
  auto call = make_eventfd();
  if (!call) return call.error();
  if (!watch(epoll.get(), call->get(), EPOLLIN, the_call)) return os_error("epoll_ctl");
  return HangUps(std::move(epoll), std::move(*call));
}

void HangUps::add(int fd, std::uint64_t name) {
  if (fd >= 0) watch(epoll_.get(), fd, EPOLLRDHUP | EPOLLONESHOT, name);
}

void HangUps::remove(int fd) {
  if (fd >= 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

std::vector<std::uint64_t> HangUps::wait(TimePoint until) {
  auto names = collect(poll_timeout(until));
  eventfd_t calls = 0;
  ::eventfd_read(call_.get(), &calls);
  return names;
}

std::vector<std::uint64_t> HangUps::look() const { return collect(0); }

void HangUps::call() const { ::eventfd_write(call_.get(), 1); }

std::vector<std::uint64_t> HangUps::collect(int wait_ms) const {
  std::array<epoll_event, 64> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait_ms);
  std::vector<std::uint64_t> names;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t name = events[static_cast<std::size_t>(i)].data.u64;
    if (name != the_call) names.push_back(name);
  }
  return names;
}

}  // namespace towermill
