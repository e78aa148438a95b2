#include "handler/front/connections.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "handler/front/listener.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

/// Connections on a socket of their own; what is handed on is counted and closed.
class Door {
 public:
  explicit Door(bool leave_waiting) : listener_(listen_at(folder_ / "s.sock", "", 0)) {
    REQUIRE(listener_.ok());
    auto made = Connections::make({.listener = listener_->socket.get(),
                                   .leave_waiting = leave_waiting,
                                   .most_idle = 10,
                                   .ready = [this](UniqueFd) { ++handed_on_; }});
    REQUIRE(made.ok());
    connections_ = std::move(*made);
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
  bool has_waiting() const {
    return UniqueFd(::accept(listener_->socket.get(), nullptr, nullptr)).get() >= 0;
  }

  Connections& connections() { return *connections_; }
  int handed_on() const { return handed_on_; }

 private:
  TempFolder folder_;
  Result<Listener> listener_;
  int handed_on_ = 0;
  std::unique_ptr<Connections> connections_;
};

}  // namespace

TEST_CASE("Who comes after a stop is left waiting for the next server, where there will be one") {
  const bool leave_waiting = GENERATE(true, false);
  Door door(leave_waiting);
  door.connections().stop();
  const UniqueFd client = door.connect();
  REQUIRE(write_all(client.get(), "x").ok());
  door.connections().run();
  CHECK(door.handed_on() == (leave_waiting ? 0 : 1));
  CHECK(door.has_waiting() == leave_waiting);
}

TEST_CASE("Who has connected before a stop may still send") {
  Door door(true);
  const UniqueFd client = door.connect();
  door.connections().stop();
  std::thread serving([&door] { door.connections().run(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const bool sent = ::send(client.get(), "x", 1, MSG_NOSIGNAL) == 1;
  serving.join();
  CHECK(sent);
  CHECK(door.handed_on() == 1);
}

TEST_CASE("Who has connected and stays silent does not hold up a stop for long") {
  Door door(true);
  const UniqueFd client = door.connect();
  door.connections().stop();
  door.connections().run();
  CHECK(door.handed_on() == 0);
}
