#include "handler/workspace/version_store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/temp_folder.h"

using namespace towermill;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

Script make_script(const std::string& file, const std::string& bytes) {
  Script script;
  script.file = file;
  script.path = file.substr(0, file.find('.'));
  script.source = std::make_shared<const std::string>(bytes);
  script.hash = script_hash(script.path, bytes);
  return script;
}

std::size_t entries(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
}

void overwrite(const std::string& path, const std::string& text, mode_t mode = 0400) {
  ::chmod(path.c_str(), 0600);
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  ::chmod(path.c_str(), mode);
}

}  // namespace

TEST_CASE("a kept version has its path, its file, its language and its bytes, whatever they are") {
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"f/x/y.py", "python3"}, {"u/ann/y.sh", "bash"}, {"f/x/tool", "executable"}};
  for (const auto& [file, language] : expected) {
    const TempFolder folder;
    const VersionStore store(folder.path());
    const Script script = make_script(file, std::string("line\n\0\xff end", 11));
    REQUIRE(store.keep("demo", script));
    const auto found = store.find("demo", script.version());
    REQUIRE(found);
    REQUIRE(*found);
    CHECK((*found)->file == file);
    CHECK((*found)->path == script.path);
    CHECK((*found)->language->name() == language);
    CHECK(*(*found)->source == *script.source);
    CHECK((*found)->hash == script.hash);
  }
}

TEST_CASE("a version is of one workspace") {
  const TempFolder folder;
  const VersionStore store(folder.path());
  const Script script = make_script("f/x/y.py", "1");
  REQUIRE(store.keep("a", script));
  CHECK_FALSE(store.find("b", script.version())->has_value());
}

TEST_CASE("a kept version is private, written once and leaves nothing beside it") {
  const TempFolder folder;
  const VersionStore store(folder.path());
  const Script script = make_script("f/x/y.py", "1");
  const std::string path = folder / ("demo/" + script.version());
  const auto inode = [&] {
    REQUIRE(store.keep("demo", script));
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    CHECK((info.st_mode & 07777) == 0400);
    return info.st_ino;
  };
  const auto first = inode();
  CHECK(inode() == first);
  CHECK(entries(folder / "demo") == 1);
  struct stat info {};
  REQUIRE(::stat((folder / "demo").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0700);
}

TEST_CASE("keeping a version again is a use of it") {
  const TempFolder folder;
  const VersionStore store(folder.path());
  const Script script = make_script("f/x/y.py", "1");
  const std::string path = folder / ("demo/" + script.version());
  REQUIRE(store.keep("demo", script));
  const timespec long_ago[2] = {{1000, 0}, {1000, 0}};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), long_ago, 0) == 0);
  REQUIRE(store.keep("demo", script));
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK(info.st_mtim.tv_sec > 1000);
}

TEST_CASE("what lies in a version's place and is not that version is an error, and is replaced") {
  const TempFolder folder;
  const VersionStore store(folder.path());
  const Script script = make_script("f/x/y.py", "1");
  const std::string path = folder / ("demo/" + script.version());
  REQUIRE(store.keep("demo", script));
  SECTION("other bytes") { overwrite(path, "f/x/y.py\n2"); }
  SECTION("another path") { overwrite(path, "f/x/z.py\n1"); }
  SECTION("an ending of no language") { overwrite(path, "f/x/y.exe\n1"); }
  SECTION("nothing") { overwrite(path, ""); }
  SECTION("another mode") { overwrite(path, "f/x/y.py\n1", 0600); }
  SECTION("a link") {
    fs::rename(path, folder / "other");
    fs::create_symlink(folder / "other", path);
  }
  const auto found = store.find("demo", script.version());
  REQUIRE_FALSE(found);
  CHECK_THAT(found.error().message, Contains(script.version()));
  REQUIRE(store.keep("demo", script));
  CHECK(store.find("demo", script.version())->has_value());
}

TEST_CASE("several servers may keep and find the same versions at once") {
  const TempFolder folder;
  std::atomic<int> failures = 0;
  std::vector<std::thread> servers;
  for (int server = 0; server < 4; ++server) {
    servers.emplace_back([&] {
      const VersionStore store(folder.path());
      for (int i = 0; i < 50; ++i) {
        const Script script = make_script("f/x/y.py", std::to_string(i) + std::string(100'000, 'x'));
        const auto before = store.find("demo", script.version());
        const auto kept = store.keep("demo", script);
        const auto after = store.find("demo", script.version());
        if (!before || !kept || !after || !*after) ++failures;
      }
    });
  }
  for (auto& server : servers) server.join();
  CHECK(failures == 0);
  CHECK(entries(folder / "demo") == 50);
}

TEST_CASE("a script that has another ending now is kept with that") {
  const TempFolder folder;
  const VersionStore store(folder.path());
  const Script before = make_script("f/x/y.py", ""), after = make_script("f/x/y.sh", "");
  REQUIRE(before.version() == after.version());
  REQUIRE(store.keep("demo", before));
  REQUIRE(store.keep("demo", after));
  CHECK((*store.find("demo", after.version()))->file == "f/x/y.sh");
}

TEST_CASE("without a folder nothing is kept and nothing fails; one that is gone is an error to keep in") {
  const Script script = make_script("f/x/y.py", "1");
  const VersionStore none("");
  CHECK(none.keep("demo", script));
  CHECK_FALSE(none.find("demo", script.version())->has_value());
  const VersionStore gone("/no/such/folder");
  CHECK_FALSE(gone.keep("demo", script));
  CHECK_FALSE(gone.find("demo", script.version())->has_value());
}

TEST_CASE("there is one folder of versions a workspace") {
  const TempFolder folder;
  const VersionStore store(folder.path());
  REQUIRE(store.keep("a", make_script("f/x/y.py", "1")));
  REQUIRE(store.keep("b", make_script("f/x/y.py", "1")));
  CHECK(version_folders(folder.path()).size() == 2);
  CHECK(version_folders("/no/such/folder").empty());
}
