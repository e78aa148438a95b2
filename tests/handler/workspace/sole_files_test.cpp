#include "handler/workspace/sole_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "handler/workspace/cache.h"
#include "tests/temp_folder.h"

using namespace towermill;

namespace {

constexpr std::int64_t second = 1'000'000'000;
const std::string path = "f/x/y";

OpenFolder open_at(const TempFolder& folder) {
  const auto root = open_root(folder.path());
  REQUIRE(root);
  auto opened = open_folder(root->get(), "f/x");
  REQUIRE(opened);
  return std::move(*opened);
}

/// What is known of `path` after a look at the folder as if that had not been changed for a while.
std::optional<std::string> seen(const TempFolder& folder, std::int64_t later_ns = 60 * second) {
  SoleFiles files;
  const OpenFolder opened = open_at(folder);
  files.keep(path, "f/x/y.py", opened, file_clock_ns() + later_ns, language_table());
  return files.find(path, opened.stamp);
}

}  // namespace

TEST_CASE("A file that is alone need not be looked for until its folder changes") {
  const TempFolder folder;
  folder.write("f/x/y.py", "1");
  SoleFiles files;
  const OpenFolder opened = open_at(folder);
  files.keep(path, "f/x/y.py", opened, file_clock_ns() + 60 * second, language_table());
  CHECK(files.find(path, opened.stamp) == "f/x/y.py");
  CHECK(files.find("f/x/z", opened.stamp) == std::nullopt);
  FileStamp changed = opened.stamp;
  ++changed.ctime_ns;
  CHECK(files.find(path, changed) == std::nullopt);
}

TEST_CASE("What a folder's stamp does not tell of is looked for each time") {
  const TempFolder folder;
  folder.write("f/x/y.py", "1");
  SECTION("another file that is no program yet") { folder.write("f/x/y", "#!/bin/sh\n"); }
  SECTION("a link that leads nowhere yet") { ::symlink("nowhere", (folder / "f/x/y.sh").c_str()); }
  SECTION("a source that is a link") {
    folder.write("f/other", "1");
    ::unlink((folder / "f/x/y.py").c_str());
    ::symlink("../other", (folder / "f/x/y.py").c_str());
  }
  CHECK(seen(folder) == std::nullopt);
}

TEST_CASE("A folder of the script's name is no other file") {
  const TempFolder folder;
  folder.write("f/x/y.py", "1");
  folder.write("f/x/y/z.py", "1");
  CHECK(seen(folder) == "f/x/y.py");
}

TEST_CASE("In a folder that has just been changed everything is looked for") {
  const TempFolder folder;
  folder.write("f/x/y.py", "1");
  CHECK(seen(folder, 2 * second) == std::nullopt);
}
