#include "runner/languages/stored_copy.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/temp_folder.h"

using towermill::stored_copy;
using towermill::TempFolder;
namespace fs = std::filesystem;

namespace {

// 0, or the error that kept `program` from being executed.
int run(const std::string& program) {
  char* const argv[] = {const_cast<char*>(program.c_str()), nullptr};  // NOLINT: what execve wants
  pid_t child = 0;
  const int error = posix_spawn(&child, program.c_str(), nullptr, nullptr, argv, nullptr);
  if (error == 0) waitpid(child, nullptr, 0);
  return error;
}

std::size_t entries(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
}

}  // namespace

TEST_CASE("a stored copy holds the bytes, for its owner to read and execute") {
  const TempFolder folder;
  const auto path = stored_copy(folder.path(), "hash", "tool", "#!/bin/true\n");
  REQUIRE(path.ok());
  CHECK(*path == folder.path() + "/hash/tool");
  struct stat found {};
  REQUIRE(stat(path->c_str(), &found) == 0);
  CHECK((found.st_mode & 07777) == 0500);
  CHECK(run(*path) == 0);
  CHECK(entries(folder.path() + "/hash") == 1);
}

TEST_CASE("a stored copy is written once") {
  const TempFolder folder;
  const auto inode = [&] {
    struct stat found {};
    stat(stored_copy(folder.path(), "hash", "tool", "x")->c_str(), &found);
    return found.st_ino;
  };
  const auto first = inode();
  CHECK(inode() == first);
}

TEST_CASE("a stored copy that is used again is not among the first to be pruned") {
  const TempFolder folder;
  REQUIRE(stored_copy(folder.path(), "hash", "tool", "x").ok());
  const timespec long_ago[2] = {{1000, 0}, {1000, 0}};
  REQUIRE(utimensat(AT_FDCWD, (folder / "hash").c_str(), long_ago, 0) == 0);
  REQUIRE(stored_copy(folder.path(), "hash", "tool", "x").ok());
  struct stat found {};
  REQUIRE(stat((folder / "hash").c_str(), &found) == 0);
  CHECK(found.st_mtim.tv_sec > 1000);
}

TEST_CASE("what lies in a stored copy's place is not trusted for its name") {
  const TempFolder folder;
  fs::create_directory(folder.path() + "/hash");
  const std::string path = folder.path() + "/hash/tool";
  const auto put = [&] { return stored_copy(folder.path(), "hash", "tool", "12345678"); };
  SECTION("another size") { folder.write("hash/tool", "1"); }
  SECTION("another mode") { folder.write("hash/tool", "87654321"); }
  SECTION("a link") {
    folder.write("other", "87654321");
    chmod((folder.path() + "/other").c_str(), 0500);
    fs::create_symlink("../other", path);
  }
  REQUIRE(put().ok());
  CHECK_FALSE(fs::is_symlink(path));
  std::ifstream file(path);
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == "12345678");
}

TEST_CASE("a cache_dir that was cleared away is made anew") {
  const TempFolder folder;
  const std::string cache = folder.path() + "/cache";
  for (int times = 0; times < 2; ++times) {
    CHECK(stored_copy(cache, "hash", "tool", "x").ok());
    fs::remove_all(cache);
  }
}

TEST_CASE("a copy that cannot be stored is an error and leaves nothing") {
  const TempFolder folder;
  CHECK_FALSE(stored_copy("relative", "hash", "tool", "x").ok());
  CHECK_FALSE(stored_copy("/no/such", "hash", "tool", "x").ok());
  fs::create_directories(folder.path() + "/hash/tool/in");
  CHECK_FALSE(stored_copy(folder.path(), "hash", "tool", "x").ok());
  CHECK(entries(folder.path() + "/hash") == 1);
}

TEST_CASE("a copy just stored can be executed while other threads start processes") {
  const TempFolder folder;
  std::atomic<bool> done = false;
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i) {
    others.emplace_back([&] {
      while (!done) run("/bin/true");
    });
  }
  int failures = 0;
  for (int i = 0; i < 200; ++i) {
    const auto path = stored_copy(folder.path(), std::to_string(i), "tool", "#!/bin/true\n");
    failures += path.ok() && run(*path) == 0 ? 0 : 1;
  }
  done = true;
  for (auto& other : others) other.join();
  CHECK(failures == 0);
}
