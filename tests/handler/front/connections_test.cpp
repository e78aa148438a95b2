#include "handler/front/connections.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "handler/front/listener.h"
#include "runner/base/thread.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// Connections on a socket of their own, and a thread that notes and closes what arrives, until the end.
class Door {
 public:
  explicit Door(bool leave_waiting, std::size_t most_idle = 10)
      : listener_(listen_at(folder_ / "s.sock", "", 0)) {
    REQUIRE(listener_.ok());
    auto made = Connections::make(
        {.listener = listener_->socket.get(), .leave_waiting = leave_waiting, .most_idle = most_idle});
    REQUIRE(made.ok());
    connections_ = std::move(*made);
  }
  ~Door() {
    connections_->end();
    serving_.clear();
  }
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  void serve(bool gives_back = false) {
    serving_.emplace_back(small_stack_bytes, [this, gives_back] {
      Connections::FirstBytes room;
      for (;;) {
        Arrival arrival;
        const auto event = connections_->next(arrival, room);
        if (event == Connections::Event::over) return;
        if (event == Connections::Event::called) ++called_;
        if (event != Connections::Event::arrival) continue;
        {
          const std::lock_guard lock(mutex_);
          arrived_.emplace_back(arrival.first);
        }
        if (gives_back) connections_->give_back(std::move(arrival.connection));
        arrival.connection.reset();
        connections_->served();
      }
    });
  }

  UniqueFd connect() const {
    UniqueFd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, listener_->path.c_str(), sizeof address.sun_path - 1);
    REQUIRE(::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    return client;
  }

  /// Whether somebody waits in the listener to be accepted.
  bool has_waiting() const { return UniqueFd(::accept(listener(), nullptr, nullptr)).get() >= 0; }

  int listener() const { return listener_->socket.get(); }
  Connections& connections() { return *connections_; }
  std::vector<std::string> arrived() const {
    const std::lock_guard lock(mutex_);
    return arrived_;
  }
  bool wait_for_arrivals(std::size_t count) const {
    return wait_until([&] { return arrived().size() >= count; });
  }
  bool wait_for_call() const {
    return wait_until([&] { return called_ > 0; });
  }

 private:
  template <class Condition>
  static bool wait_until(Condition condition) {
    const TimePoint until = Clock::now() + seconds(20);
    while (!condition() && Clock::now() < until) std::this_thread::sleep_for(milliseconds(2));
    return condition();
  }

  TempFolder folder_;
  Result<Listener> listener_;
  std::unique_ptr<Connections> connections_;
  mutable std::mutex mutex_;
  std::vector<std::string> arrived_;
  std::atomic<int> called_ = 0;
  std::vector<Thread> serving_;
};

bool send_text(const UniqueFd& client, std::string_view text) {
  return ::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

/// Whether the other end has closed it.
bool is_closed(const UniqueFd& client) {
  const timeval patience{20, 0};
  ::setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  char byte;
  return ::recv(client.get(), &byte, 1, 0) == 0;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("What begins to arrive has its first bytes with it, and a connection given back may send again") {
  Door door(false);
  door.serve(true);
  const UniqueFd client = door.connect();
  const Texts texts{"first", "second", "third"};
  for (std::size_t sent = 0; sent < texts.size(); ++sent) {
    REQUIRE(send_text(client, texts[sent]));
    REQUIRE(door.wait_for_arrivals(sent + 1));
  }
  CHECK(door.arrived() == texts);
}

TEST_CASE("However many threads wait, each arrival is one thread's") {
  Door door(false, 200);
  for (int i = 0; i < 8; ++i) door.serve(true);
  std::vector<UniqueFd> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(door.connect());
    if (i % 2 == 0) REQUIRE(send_text(clients.back(), "x"));
  }
  for (int i = 1; i < 100; i += 2) REQUIRE(send_text(clients[static_cast<std::size_t>(i)], "x"));
  REQUIRE(door.wait_for_arrivals(100));
  for (const UniqueFd& client : clients) REQUIRE(send_text(client, "y"));
  REQUIRE(door.wait_for_arrivals(200));
  door.connections().stop();
  CHECK(door.connections().wait_until_idle(Clock::now() + seconds(20)));
  CHECK(door.arrived().size() == 200);
}

TEST_CASE("Of too many idle connections the one idle longest is closed") {
  Door door(false, 2);
  door.serve(true);
  std::vector<UniqueFd> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(door.connect());
    REQUIRE(send_text(clients.back(), "x"));
    REQUIRE(door.wait_for_arrivals(static_cast<std::size_t>(i) + 1));
  }
  CHECK(is_closed(clients[0]));
  REQUIRE(send_text(clients[1], "y"));
  CHECK(door.wait_for_arrivals(4));
}

TEST_CASE("Who has sent a request and waits for a thread is not closed as idle, however many come") {
  Door door(false, 2);
  std::vector<UniqueFd> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(door.connect());
    UniqueFd accepted(::accept(door.listener(), nullptr, nullptr));
    if (i != 1) REQUIRE(send_text(clients.back(), "x"));
    door.connections().give_back(std::move(accepted));
  }
  CHECK(is_closed(clients[1]));
  door.serve();
  CHECK(door.wait_for_arrivals(3));
}

TEST_CASE("A call has a thread return, also one that comes before it waits") {
  Door door(false);
  door.connections().call();
  door.serve();
  CHECK(door.wait_for_call());
}

TEST_CASE("Who comes after a stop is left waiting") {
  Door door(true);
  door.serve();
  door.connections().stop();
  const UniqueFd client = door.connect();
  REQUIRE(send_text(client, "x"));
  CHECK(door.has_waiting());
  CHECK(door.arrived().empty());
}

TEST_CASE("Who waits in the listener at a stop is left for the next server, where there will be one") {
  const bool leave_waiting = GENERATE(true, false);
  Door door(leave_waiting);
  const UniqueFd client = door.connect();
  REQUIRE(send_text(client, "x"));
  door.connections().stop();  // nobody has accepted yet
  door.serve();
  CHECK(door.connections().wait_until_idle(Clock::now() + seconds(20)));
  CHECK(door.arrived().size() == (leave_waiting ? 0 : 1));
  CHECK(door.has_waiting() == leave_waiting);
}

TEST_CASE("Who was accepted before a stop may still send") {
  Door door(true);
  door.serve();
  const UniqueFd client = door.connect(), second = door.connect();
  REQUIRE(send_text(second, "accepted in order, so the first one is too"));
  REQUIRE(door.wait_for_arrivals(1));
  const Thread stopping(small_stack_bytes, [&door] { door.connections().stop(); });
  std::this_thread::sleep_for(milliseconds(50));
  CHECK(send_text(client, "x"));
  CHECK(door.wait_for_arrivals(2));
}

TEST_CASE("Who has sent the next request before its connection is given back is served, stop or no stop") {
  Door door(true);
  std::vector<UniqueFd> clients, accepted;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(door.connect());
    accepted.emplace_back(::accept(door.listener(), nullptr, nullptr));
  }
  door.connections().stop();
  REQUIRE(send_text(clients[0], "next"));
  for (UniqueFd& connection : accepted) door.connections().give_back(std::move(connection));
  door.serve();
  CHECK(is_closed(clients[1]));
  REQUIRE(door.connections().wait_until_idle(Clock::now() + seconds(20)));
  CHECK(door.arrived() == Texts{"next"});
}

TEST_CASE("Who has connected and stays silent does not hold up a stop for long") {
  Door door(false);
  door.serve();
  const UniqueFd client = door.connect();
  door.connections().stop();
  CHECK(door.connections().wait_until_idle(Clock::now() + seconds(20)));
  CHECK(is_closed(client));
  CHECK(door.arrived().empty());
}
