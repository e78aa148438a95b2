#include "handler/front/listener.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE("The socket is 0660 from the start") {
  const TempFolder folder;
  const auto path = folder / "s.sock";
  const auto listener = listen_at(path, "", 0);
  REQUIRE(listener.ok());
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0660);
}

TEST_CASE("A living server's socket is not taken, a dead one's is replaced") {
  const TempFolder folder;
  const std::string path = folder / "s.sock";
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
  const TempFolder folder;
  std::filesystem::path deep = folder.path();
  for (int i = 0; i < 5; ++i) deep /= std::string(40, 'd');
  std::filesystem::create_directories(deep);
  CHECK(listen_at(deep / "handler.sock", "", 0).ok());
  CHECK(std::filesystem::is_socket(deep / "handler.sock"));
}

TEST_CASE("What is no socket is left alone") {
  const TempFolder folder;
  const auto path = folder / "precious";
  std::ofstream(path) << "data";
  CHECK_FALSE(listen_at(path, "", 0).ok());
  CHECK(std::filesystem::file_size(path) == 4);
}

TEST_CASE("An unknown group is named") {
  const TempFolder folder;
  const auto listener = listen_at(folder / "s.sock", "no-such-group", 0);
  REQUIRE_FALSE(listener.ok());
  CHECK(listener.error().message == "socket_group: there is no group no-such-group");
}
