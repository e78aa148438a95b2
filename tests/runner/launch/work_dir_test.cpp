#include "runner/launch/work_dir.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>

#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)
namespace fs = std::filesystem;

namespace {

ino_t inode_of(const WorkDir& dir) {
  struct stat info {};
  REQUIRE(::fstat(dir.fd(), &info) == 0);
  return info.st_ino;
}

}  // namespace

TEST_CASE("A working directory is empty, private, and gone afterwards") {
  const TempFolder jobs;
  {
    WorkDirs dirs(jobs.path());
    const auto dir = dirs.make("id");
    REQUIRE(dir.ok());
    struct stat info {};
    REQUIRE(::stat(dir->path().c_str(), &info) == 0);
    CHECK((info.st_mode & 07777) == 0700);
    CHECK(fs::is_empty(dir->path()));
    std::ofstream(dir->path() + "/file") << "x";
    CHECK_FALSE(dirs.make("id").ok());
  }
  CHECK(fs::is_empty(jobs.path()));
}

TEST_CASE("A folder that was left as new serves a later run, and is gone in the end") {
  const TempFolder jobs;
  {
    WorkDirs dirs(jobs.path());
    const ino_t first = inode_of(*dirs.make("one"));
    CHECK_FALSE(fs::exists(jobs / "one"));
    const auto dir = dirs.make("two");
    REQUIRE(dir.ok());
    CHECK(inode_of(*dir) == first);
    CHECK(dir->path() == jobs.path() + "/two");
    CHECK(dirs.make("three").ok());
    CHECK_FALSE(dirs.make("two").ok());
  }
  CHECK(fs::is_empty(jobs.path()));
}

TEST_CASE("A folder with a trace of its run serves no other") {
  const TempFolder jobs;
  WorkDirs dirs(jobs.path());
  const auto leave_trace = GENERATE(
      as<std::function<void(const std::string&)>>{},
      [](const std::string& path) { std::ofstream(path + "/file") << "x"; },
      [](const std::string& path) {  // a folder in its place, with a file in it
        fs::rename(path, path + ".away");
        fs::create_directories(path + "/inner");
      },
      [](const std::string& path) {  // a file in its place
        fs::rename(path, path + ".away");
        std::ofstream(path) << "x";
      });
  {
    const auto dir = dirs.make("one");
    REQUIRE(dir.ok());
    leave_trace(dir->path());
  }
  CHECK_FALSE(fs::exists(jobs / "one"));
  const auto dir = dirs.make("two");
  REQUIRE(dir.ok());
  CHECK(fs::is_empty(dir->path()));
  CHECK(fs::is_directory(dir->path()));
}

TEST_CASE("Removal follows no link, and takes folders without permissions") {
  const TempFolder jobs;
  const TempFolder outside;
  std::ofstream(outside / "precious") << "x";
  {
    WorkDirs dirs(jobs.path());
    const auto dir = dirs.make("id");
    REQUIRE(dir.ok());
    fs::create_directory_symlink(outside.path(), dir->path() + "/link");
    fs::create_directories(dir->path() + "/closed/inner");
    std::ofstream(dir->path() + "/closed/inner/file") << "x";
    fs::permissions(dir->path() + "/closed/inner", fs::perms::none);
    fs::permissions(dir->path() + "/closed", fs::perms::none);
    fs::permissions(dir->path(), fs::perms::none);
  }
  CHECK(fs::is_empty(jobs.path()));
  CHECK(fs::exists(outside / "precious"));
}

TEST_CASE("Removal takes a tree deeper than any path") {
  const TempFolder jobs;
  {
    WorkDirs dirs(jobs.path());
    const auto dir = dirs.make("id");
    REQUIRE(dir.ok());
    UniqueFd at(::open(dir->path().c_str(), O_RDONLY | O_DIRECTORY));
    const std::string name(200, 'd');
    for (int depth = 0; depth < 500; ++depth) {
      REQUIRE(::mkdirat(at.get(), name.c_str(), 0700) == 0);
      at.reset(::openat(at.get(), name.c_str(), O_RDONLY | O_DIRECTORY));
      REQUIRE(at);
    }
  }
  CHECK(fs::is_empty(jobs.path()));
}

TEST_CASE("What an earlier server left is cleared") {
  const TempFolder jobs;
  fs::create_directories(fs::path(jobs.path()) / "old-job" / "inner");
  const auto cleared = clear_left_overs(jobs.path());
  REQUIRE(cleared.ok());
  CHECK(*cleared == 1);
  CHECK(fs::is_empty(jobs.path()));
}

TEST_CASE("Removal is not stopped by names that a script chose") {
  const TempFolder jobs;
  {
    WorkDirs dirs(jobs.path());
    const auto dir = dirs.make("id");
    REQUIRE(dir.ok());
    for (const char* name : {".removing-0/c/d", ".removing-1/c", "a/.removing-0/x/y"})
      fs::create_directories(dir->path() + "/" + name);
  }
  CHECK(fs::is_empty(jobs.path()));
}
