#include "runner/launch/work_dir.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
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

ino_t named_inode(const std::string& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_ino;
}

}  // namespace

TEST_CASE("A working directory is empty, private, and gone afterwards") {
  const TempFolder jobs;
  {
    WorkDirs dirs(jobs.path());
    const auto dir = dirs.make();
    REQUIRE(dir.ok());
    CHECK(fs::status(dir->path()).permissions() == fs::perms::owner_all);
    CHECK(fs::is_empty(dir->path()));
    CHECK(inode_of(*dir) == named_inode(dir->path()));
    std::ofstream(dir->path() + "/file") << "x";
    CHECK(dirs.make()->path() != dir->path());
  }
  CHECK(fs::is_empty(jobs.path()));
}

TEST_CASE("Where no folder can be made, that is an error") {
  WorkDirs dirs("/no/such/folder");
  CHECK_FALSE(dirs.make().ok());
}

TEST_CASE("A folder that was left as new serves a later run, never two at once, and is gone in the end") {
  const TempFolder jobs;
  {
    WorkDirs dirs(jobs.path());
    const ino_t first = inode_of(*dirs.make());
    const auto dir = dirs.make();
    REQUIRE(dir.ok());
    CHECK(inode_of(*dir) == first);
    CHECK(inode_of(*dirs.make()) != first);
  }
  CHECK(fs::is_empty(jobs.path()));
}

TEST_CASE("A folder with a trace of its run serves no other") {
  const TempFolder jobs;
  WorkDirs dirs(jobs.path());
  const auto leave_trace = GENERATE(
      as<std::function<void(const std::string&)>>{},
      [](const std::string& path) { std::ofstream(path + "/file") << "x"; },
      [](const std::string& path) { fs::permissions(path, fs::perms::all); },
      [](const std::string& path) {  // a folder in its place, with a file in it
        fs::rename(path, path + ".away");
        fs::create_directories(path + "/inner");
      },
      [](const std::string& path) {  // an empty one
        fs::rename(path, path + ".away");
        fs::create_directory(path);
      },
      [](const std::string& path) {  // a file in its place
        fs::rename(path, path + ".away");
        std::ofstream(path) << "x";
      });
  std::string first;
  {
    const auto dir = dirs.make();
    REQUIRE(dir.ok());
    first = dir->path();
    leave_trace(dir->path());
  }
  const auto dir = dirs.make();
  REQUIRE(dir.ok());
  CHECK(inode_of(*dir) == named_inode(dir->path()));
  CHECK(dir->path() != first);
  CHECK(fs::is_empty(dir->path()));
  CHECK(fs::status(dir->path()).permissions() == fs::perms::owner_all);
}

TEST_CASE("What a script has mounted in its folder, or over it, is neither removed nor changed") {
  if (::geteuid() != 0 || ::unshare(CLONE_NEWNS) != 0) return;
  REQUIRE(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0);
  const TempFolder jobs;
  const TempFolder outside;
  std::ofstream(outside / "precious") << "x";
  fs::create_directory(outside / "inner");
  fs::permissions(outside.path(), fs::perms::owner_all | fs::perms::group_read);
  const std::string below = GENERATE("", "/here");
  std::string mounted;
  {
    WorkDirs dirs(jobs.path());
    {
      const auto dir = dirs.make();
      REQUIRE(dir.ok());
      mounted = dir->path() + below;
      fs::create_directories(mounted);
      REQUIRE(::mount(outside.path().c_str(), mounted.c_str(), nullptr, MS_BIND, nullptr) == 0);
    }
    const auto next = dirs.make();
    REQUIRE(next.ok());
    CHECK(next->path() + below != mounted);
    CHECK(fs::is_empty(next->path()));
  }
  CHECK(fs::exists(outside / "precious"));
  CHECK(fs::exists(outside / "inner"));
  CHECK((fs::status(outside.path()).permissions() & fs::perms::group_read) != fs::perms::none);
  REQUIRE(::umount2(mounted.c_str(), MNT_DETACH) == 0);
}

TEST_CASE("A folder that its script has locked serves no other") {
  const TempFolder jobs;
  WorkDirs dirs(jobs.path());
  std::string first;
  int locked = 0;
  {
    const auto dir = dirs.make();
    REQUIRE(dir.ok());
    first = dir->path();
    int flags = FS_IMMUTABLE_FL;
    locked = ::ioctl(dir->fd(), FS_IOC_SETFLAGS, &flags);
  }
  const auto dir = dirs.make();
  REQUIRE(dir.ok());
  CHECK((locked != 0 || dir->path() != first));
  CHECK(std::ofstream(dir->path() + "/file").good());
  const UniqueFd left(::open(first.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  int none = 0;
  if (locked == 0) REQUIRE(::ioctl(left.get(), FS_IOC_SETFLAGS, &none) == 0);
}

TEST_CASE("A trace in an old folder is found too, whatever times a script sets") {
  const TempFolder jobs;
  WorkDirs dirs(jobs.path());
  const ino_t old = inode_of(*dirs.make());
  ::sleep(4);  // its time is long past now, to the coarsest of clocks
  {
    const auto dir = dirs.make();
    REQUIRE(inode_of(*dir) == old);
    const auto modified = fs::last_write_time(dir->path());
    std::ofstream(dir->path() + "/file") << "x";
    fs::last_write_time(dir->path(), modified);
  }
  const auto dir = dirs.make();
  REQUIRE(dir.ok());
  CHECK(fs::is_empty(dir->path()));
}

TEST_CASE("Removal follows no link, and takes folders without permissions") {
  const TempFolder jobs;
  const TempFolder outside;
  std::ofstream(outside / "precious") << "x";
  {
    WorkDirs dirs(jobs.path());
    const auto dir = dirs.make();
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
    const auto dir = dirs.make();
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
    const auto dir = dirs.make();
    REQUIRE(dir.ok());
    for (const char* name : {".removing-0/c/d", ".removing-1/c", "a/.removing-0/x/y"})
      fs::create_directories(dir->path() + "/" + name);
  }
  CHECK(fs::is_empty(jobs.path()));
}
