#include "handler/app/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstring>

#include "runner/base/fd.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

/// The service manager's end; a name that begins with NUL is an abstract one.
class Manager {
 public:
  explicit Manager(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(name.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, name.data(), name.size());
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), length) == 0);
  }

  std::string heard() const {
    char text[256];
    const ssize_t got = ::recv(socket_.get(), text, sizeof text, MSG_DONTWAIT);
    return got < 0 ? "nothing" : std::string(text, static_cast<std::size_t>(got));
  }

 private:
  UniqueFd socket_;
};

}  // namespace

TEST_CASE("The manager is told in one datagram") {
  const TempFolder folder;
  const Manager manager(folder / "notify");
  REQUIRE(notify(folder / "notify", "READY=1\nSTATUS=Serving").ok());
  CHECK(manager.heard() == "READY=1\nSTATUS=Serving");
  CHECK(manager.heard() == "nothing");
}

TEST_CASE("An abstract address begins with @") {
  const std::string name = "towermill-test-" + std::to_string(::getpid());
  const Manager manager(std::string(1, '\0') + name);
  REQUIRE(notify("@" + name, "STOPPING=1").ok());
  CHECK(manager.heard() == "STOPPING=1");
}

TEST_CASE("Without a manager nothing is sent") { CHECK(notify("", "READY=1").ok()); }

TEST_CASE("A manager that cannot be reached is an error") {
  const TempFolder folder;
  const auto sent = notify(folder / "nobody", "READY=1");
  REQUIRE_FALSE(sent.ok());
  CHECK_THAT(sent.error().message, Catch::StartsWith("cannot send to " + (folder / "nobody")));
  CHECK_FALSE(notify("vsock:2:1", "READY=1").ok());
  CHECK_FALSE(notify("/" + std::string(200, 'x'), "READY=1").ok());
}
