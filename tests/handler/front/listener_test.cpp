#include "handler/front/listener.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

struct TemporaryFolder {
  std::filesystem::path path;
  TemporaryFolder() {
    char name[] = "/tmp/listener_test_XXXXXX";
    path = ::mkdtemp(name);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("The socket is 0660 from the start") {
  const TemporaryFolder folder;
  const auto path = folder.path / "s.sock";
  const auto listener = listen_at(path, "", 0);
  REQUIRE(listener.ok());
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0660);
}

TEST_CASE("A living server's socket is not taken, a dead one's is replaced") {
  const TemporaryFolder folder;
  const std::string path = folder.path / "s.sock";
  {
    const auto first = listen_at(path, "", 0);
    REQUIRE(first.ok());
    const auto second = listen_at(path, "", 0);
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().message == "another towermill serves " + path);
  }
  CHECK(std::filesystem::exists(path));
  CHECK(listen_at(path, "", 0).ok());
}

TEST_CASE("A path longer than a socket address can be listened at") {
  const TemporaryFolder folder;
  auto deep = folder.path;
  for (int i = 0; i < 5; ++i) deep /= std::string(40, 'd');
  std::filesystem::create_directories(deep);
  CHECK(listen_at(deep / "handler.sock", "", 0).ok());
  CHECK(std::filesystem::is_socket(deep / "handler.sock"));
}

TEST_CASE("What is no socket is left alone") {
  const TemporaryFolder folder;
  const auto path = folder.path / "precious";
  std::ofstream(path) << "data";
  CHECK_FALSE(listen_at(path, "", 0).ok());
  CHECK(std::filesystem::file_size(path) == 4);
}

TEST_CASE("An unknown group is named") {
  const TemporaryFolder folder;
  const auto listener = listen_at(folder.path / "s.sock", "no-such-group", 0);
  REQUIRE_FALSE(listener.ok());
  CHECK(listener.error().message == "socket_group: there is no group no-such-group");
}
