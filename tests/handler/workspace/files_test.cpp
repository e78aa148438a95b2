#include "handler/workspace/files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>

#include "tests/temp_folder.h"

using namespace towermill;

namespace {

UniqueFd open_folder(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

}  // namespace

TEST_CASE("nothing above the folder can be opened, whatever the path or the link says") {
  const TempFolder folder;
  folder.write("outside", "secret");
  folder.write("in/side", "1");
  std::filesystem::create_symlink("../outside", folder / "in/link");
  std::filesystem::create_symlink("/", folder / "in/root");
  std::filesystem::create_symlink("/proc/self/root", folder / "in/magic");
  const UniqueFd root = open_folder(folder / "in");
  CHECK(open_beneath(root.get(), "side", O_RDONLY));
  CHECK(open_beneath(root.get(), "../outside", O_RDONLY).error().os_error == EXDEV);
  CHECK(open_beneath(root.get(), "../in/side", O_RDONLY).error().os_error == EXDEV);
  CHECK(open_beneath(root.get(), folder / "outside", O_RDONLY).error().os_error == EXDEV);
  CHECK(open_beneath(root.get(), "link", O_RDONLY).error().os_error == EXDEV);
  CHECK(open_beneath(root.get(), "root/etc/passwd", O_RDONLY).error().os_error == EXDEV);
  CHECK_FALSE(open_beneath(root.get(), "magic/etc/passwd", O_RDONLY));
}

TEST_CASE("a path with a NUL is refused, not cut short") {
  const TempFolder folder;
  folder.write("side", "1");
  const UniqueFd root = open_folder(folder.path());
  CHECK(open_beneath(root.get(), std::string("side\0.py", 8), O_RDONLY).error().os_error == EINVAL);
}

TEST_CASE("what is opened is close-on-exec") {
  const TempFolder folder;
  folder.write("side", "1");
  const UniqueFd root = open_folder(folder.path());
  const auto fd = open_beneath(root.get(), "side", O_RDONLY);
  REQUIRE(fd);
  CHECK((::fcntl(fd->get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("reading waits for no FIFO and takes no more than the limit") {
  const TempFolder folder;
  folder.write("side", "12345");
  REQUIRE(::mkfifo((folder / "fifo").c_str(), 0666) == 0);
  const UniqueFd root = open_folder(folder.path());
  CHECK(read_beneath(root.get(), "side", 5)->bytes == "12345");
  CHECK(read_beneath(root.get(), "side", 4).error().os_error == EFBIG);
  CHECK(read_beneath(root.get(), "fifo", 4).error().os_error == EINVAL);
  CHECK(read_beneath(root.get(), "none", 4).error().os_error == ENOENT);
}

TEST_CASE("a look tells nothing from something, and a change by its stamp") {
  const TempFolder folder;
  folder.write("side", "1");
  const UniqueFd root = open_folder(folder.path());
  CHECK_FALSE(*look_at(root.get(), "none"));
  CHECK_FALSE(*look_at(root.get(), "side/below"));
  CHECK_FALSE(*look_at(root.get(), std::string(300, 'x')));
  const auto before = look_at(root.get(), "side");
  CHECK(S_ISREG((*before)->mode));
  CHECK((*before)->stamp == (*look_at(root.get(), "side"))->stamp);
  folder.write("side", "12");
  CHECK_FALSE((*before)->stamp == (*look_at(root.get(), "side"))->stamp);
}
