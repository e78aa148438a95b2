#include "runner/base/prune.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <ctime>
#include <thread>

#include "runner/base/fd.h"
#include "tests/temp_folder.h"

using namespace towermill;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t hour_s = 3600, day_s = 24 * hour_s, kib = 1024;

void set_used(const std::string& path, std::int64_t ago_s) {
  const timespec times[2] = {{::time(nullptr), 0}, {::time(nullptr) - ago_s, 0}};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
}

std::int64_t used_ago(const std::string& path) {
  struct stat info {};
  REQUIRE(::lstat(path.c_str(), &info) == 0);
  return ::time(nullptr) - info.st_mtim.tv_sec;
}

/// A file of 4 KiB, last used that long ago.
void make_entry(const TempFolder& folder, const std::string& name, std::int64_t ago_s) {
  set_used(folder.write(name, "x", 0400), ago_s);
}

bool has(const TempFolder& folder, std::string_view name) {
  return fs::exists(fs::symlink_status(folder / name));
}

}  // namespace

TEST_CASE("what is least recently used goes until the rest is within the limit") {
  const TempFolder folder;
  make_entry(folder, "a", 3 * day_s);
  make_entry(folder, "b", 5 * day_s);
  make_entry(folder, "c", 4 * day_s);
  const Pruned pruned = prune({folder.path()}, {.limit_bytes = 4 * kib});
  CHECK(pruned.entries == 2);
  CHECK(pruned.bytes == 8 * kib);
  CHECK(pruned.left_bytes == 4 * kib);
  CHECK(has(folder, "a"));
  CHECK_FALSE(has(folder, "b"));
  CHECK_FALSE(has(folder, "c"));
  CHECK(prune({folder.path()}, {.limit_bytes = 4 * kib}).entries == 0);
}

TEST_CASE("several folders share one limit") {
  const TempFolder folder;
  make_entry(folder, "one/a", 3 * day_s);
  make_entry(folder, "two/b", 4 * day_s);
  CHECK(prune({folder / "one", folder / "two", folder / "none"}, {.limit_bytes = 4 * kib}).entries == 1);
  CHECK(has(folder, "one/a"));
}

TEST_CASE("what was not used for long goes however little there is") {
  const TempFolder folder;
  make_entry(folder, "old", 91 * day_s);
  make_entry(folder, "young", 89 * day_s);
  CHECK(prune({folder.path()}, {.limit_bytes = kib * kib, .keep_s = 90 * day_s}).entries == 1);
  CHECK(has(folder, "young"));
}

TEST_CASE("what may have been used within the last hour stays, over every limit") {
  const TempFolder folder;
  make_entry(folder, "now", 0);
  make_entry(folder, "marked", hour_s + hour_s / 2);  // uses since then may not be written down
  make_entry(folder, "unused", 2 * hour_s + 60);
  make_entry(folder, ".being-written", 60);
  CHECK(prune({folder.path()}, {.limit_bytes = 0, .keep_s = 1}).entries == 1);
  CHECK_FALSE(has(folder, "unused"));
}

TEST_CASE("what an ended write has left goes, within every limit") {
  const TempFolder folder;
  make_entry(folder, ".left", 3 * hour_s);
  make_entry(folder, "kept", 3 * hour_s);
  CHECK(prune({folder.path()}, {.limit_bytes = kib * kib}).entries == 1);
  CHECK(has(folder, "kept"));
}

TEST_CASE("an entry that is a folder counts and goes as a whole, and a link takes nothing with it") {
  const TempFolder folder;
  folder.write("precious/file", "x");
  folder.write("cache/hash/deep/a", std::string(5000, 'x'));
  folder.write("cache/hash/b", "x");
  fs::create_symlink("../../precious", folder / "cache/hash/link");
  fs::create_symlink("../precious", folder / "cache/link");
  set_used(folder / "cache/link", day_s);
  set_used(folder / "cache/hash", day_s);
  const Pruned pruned = prune({folder / "cache"}, {.limit_bytes = 0});
  CHECK(pruned.bytes == (4 + 8 + 4) * kib);
  CHECK_FALSE(has(folder, "cache/hash"));
  CHECK(has(folder, "precious/file"));
}

TEST_CASE("a prune ends when it is told to") {
  const TempFolder folder;
  for (const char* name : {"a", "b", "c"}) make_entry(folder, name, day_s);
  int asked = 0;
  CHECK(prune({folder.path()}, {.limit_bytes = 0, .go_on = [&] { return ++asked < 2; }}).entries == 1);
}

TEST_CASE("a use is written down, at most once an hour") {
  const TempFolder folder;
  make_entry(folder, "a", day_s);
  CHECK(mark_used(folder / "a"));
  CHECK(used_ago(folder / "a") < 60);
  set_used(folder / "a", 1800);
  CHECK(mark_used(folder / "a"));
  CHECK(used_ago(folder / "a") >= 1800);
  fs::create_directory(folder / "b");
  set_used(folder / "b", day_s);
  CHECK(mark_used(folder / "b"));
  CHECK(used_ago(folder / "b") < 60);
  CHECK_FALSE(mark_used(folder / "none"));
}

TEST_CASE("what somebody is just marking as used is not taken") {
  const TempFolder folder;
  make_entry(folder, "a", day_s);
  const UniqueFd marker(::open((folder / "a").c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(::flock(marker.get(), LOCK_SH) == 0);
  CHECK(prune({folder.path()}, {.limit_bytes = 0}).entries == 0);
}

TEST_CASE("what a prune is just taking cannot be marked as used") {
  const TempFolder folder;
  make_entry(folder, "a", day_s);
  bool marked = true;
  std::thread marker;
  {
    const UniqueFd pruner(::open((folder / "a").c_str(), O_RDONLY | O_CLOEXEC));
    REQUIRE(::flock(pruner.get(), LOCK_EX) == 0);
    marker = std::thread([&] { marked = mark_used(folder / "a"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // enough to get it wrong
    fs::rename(folder / "a", folder / ".aside");
  }
  marker.join();
  CHECK_FALSE(marked);
}
