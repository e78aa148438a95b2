#include "handler/workspace/workspace.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <thread>

#include "runner/base/crypto.h"
#include "tests/temp_folder.h"

using namespace towermill;
using Catch::Contains;

namespace {

Workspace open_at(const std::string& folder) {
  auto workspace = Workspace::open("demo", folder);
  REQUIRE(workspace);
  return std::move(*workspace);
}

const Script& script_of(const Lookup& lookup) {
  if (const auto* wrong = std::get_if<Unusable>(&lookup)) FAIL(wrong->reason);
  REQUIRE(std::holds_alternative<std::shared_ptr<const Script>>(lookup));
  return *std::get<std::shared_ptr<const Script>>(lookup);
}

bool is_not_found(const Lookup& lookup) { return std::holds_alternative<NotFound>(lookup); }

const Unusable& unusable_of(const Lookup& lookup) {
  REQUIRE(std::holds_alternative<Unusable>(lookup));
  return std::get<Unusable>(lookup);
}

}  // namespace

TEST_CASE("a script is found by its path, without its ending") {
  const TempFolder folder;
  folder.write("f/x/y.py", "def main(): pass\n");
  folder.write("f/x/y.script.yaml", "summary: Greets\ntimeout: 5\n");
  const Workspace workspace = open_at(folder.path());
  const Lookup lookup = workspace.find("f/x/y");
  const Script& script = script_of(lookup);
  CHECK(script.path == "f/x/y");
  CHECK(script.file == "f/x/y.py");
  CHECK(script.language->name() == "python3");
  CHECK(*script.source == "def main(): pass\n");
  CHECK(script.hash == sha256_hex(std::string("f/x/y\0def main(): pass\n", 23)));
  CHECK(script.meta.summary == "Greets");
  CHECK(script.meta.limits.at("timeout_s") == 5);
}

TEST_CASE("an edit counts from the next lookup on, of the script and of its yaml") {
  const TempFolder folder;
  const Workspace workspace = open_at(folder.path());
  CHECK(is_not_found(workspace.find("u/ann/y")));
  for (int i = 0; i < 20; ++i) {
    folder.write("u/ann/y.sh", "echo " + std::to_string(i));
    CHECK(*script_of(workspace.find("u/ann/y")).source == "echo " + std::to_string(i));
    folder.write("u/ann/y.script.yaml", "summary: v" + std::to_string(i));
    CHECK(script_of(workspace.find("u/ann/y")).meta.summary == "v" + std::to_string(i));
  }
  std::filesystem::remove(folder / "u/ann/y.script.yaml");
  CHECK(script_of(workspace.find("u/ann/y")).meta.summary.empty());
  std::filesystem::remove(folder / "u/ann/y.sh");
  CHECK(is_not_found(workspace.find("u/ann/y")));
}

TEST_CASE("an edit counts after the script was kept in memory too") {
  const TempFolder folder;
  folder.write("f/x/y.sh", "echo 1");
  const Workspace workspace = open_at(folder.path());
  ::usleep(250'000);
  const auto first = std::get<0>(workspace.find("f/x/y"));
  CHECK(std::get<0>(workspace.find("f/x/y")) == first);
  folder.write("f/x/y.sh", "echo 2");
  CHECK(*script_of(workspace.find("f/x/y")).source == "echo 2");
  folder.write("f/x/y.script.yaml", "summary: new");
  CHECK(script_of(workspace.find("f/x/y")).meta.summary == "new");
}

TEST_CASE("what a folder has come to hold counts after it was looked through too") {
  const TempFolder folder;
  folder.write("f/x/y.py", "1");
  folder.write("f/other/y.py", "2");
  const Workspace workspace = open_at(folder.path());
  const auto settle = [&] {  // what changed just now is looked at anew each time: let the folder be older
    std::this_thread::sleep_for(std::chrono::milliseconds(3100));
    for (int i = 0; i < 2; ++i) CHECK(*script_of(workspace.find("f/x/y")).source == "1");
  };
  settle();
  SECTION("another file for the path") {
    folder.write("f/x/y.sh", "1");
    CHECK(unusable_of(workspace.find("f/x/y")).reason == "f/x/y could be f/x/y.py or f/x/y.sh");
    ::unlink((folder / "f/x/y.sh").c_str());
    CHECK(*script_of(workspace.find("f/x/y")).source == "1");
  }
  SECTION("no file any more") {
    ::unlink((folder / "f/x/y.py").c_str());
    CHECK(is_not_found(workspace.find("f/x/y")));
  }
  SECTION("a yaml, and another one") {
    folder.write("f/x/y.script.yaml", "timeout: 5");
    CHECK(script_of(workspace.find("f/x/y")).meta.limits.at("timeout_s") == 5);
    folder.write("f/x/y.script.yaml", "timeout: 6");
    CHECK(script_of(workspace.find("f/x/y")).meta.limits.at("timeout_s") == 6);
  }
  SECTION("other bytes in the same file") {
    folder.write("f/x/y.py", "3");
    CHECK(*script_of(workspace.find("f/x/y")).source == "3");
  }
  SECTION("another folder, in its place") {
    std::filesystem::rename(folder / "f/x", folder / "f/before");
    std::filesystem::rename(folder / "f/other", folder / "f/x");
    CHECK(*script_of(workspace.find("f/x/y")).source == "2");
  }
  SECTION("a link out of the workspace, in its folder's place") {
    const TempFolder outside;
    outside.write("y.py", "secret");
    std::filesystem::rename(folder / "f/x", folder / "f/before");
    ::symlink(outside.path().c_str(), (folder / "f/x").c_str());
    CHECK(is_not_found(workspace.find("f/x/y")));
  }
}

TEST_CASE("traversal and NUL reach nothing") {
  const TempFolder folder;
  folder.write("outside.py", "secret");
  folder.write("ws/f/x/y.py", "1");
  const Workspace workspace = open_at(folder / "ws");
  for (const char* path : {"f/x/../../../outside", "f/../../outside", "../outside", "f/x/./y", "f/x//y"}) {
    INFO(path);
    CHECK(is_not_found(workspace.find(path)));
  }
  CHECK(is_not_found(workspace.find(std::string_view("f/x/y.py\0", 9))));
  CHECK(is_not_found(workspace.find(std::string_view("f/x/y\0z", 7))));
  CHECK(is_not_found(workspace.find(folder / "ws/f/x/y")));
}

TEST_CASE("a link that stays inside is followed, one that leaves is not there") {
  const TempFolder folder;
  folder.write("outside/o/secret.py", "secret");
  folder.write("ws/f/x/y.py", "1");
  const auto link = [&](const std::string& to, const char* from) {
    std::filesystem::create_symlink(to, folder / from);
  };
  link("y.py", "ws/f/x/near.py");
  link("../f/x", "ws/f/inside");
  std::filesystem::create_directories(folder / "ws/u");
  link("../f/x", "ws/u/ann");
  link("../../../outside/o/secret.py", "ws/f/x/relative.py");
  link(folder / "outside/o/secret.py", "ws/f/x/absolute.py");
  link("../../outside/o", "ws/f/out");
  link(folder / "outside/o", "ws/f/out_absolute");
  link("/proc/self/cwd", "ws/f/magic");
  link("loop.py", "ws/f/x/loop.py");
  link("nowhere.py", "ws/f/x/dangling.py");
  const Workspace workspace = open_at(folder / "ws");
  CHECK(script_of(workspace.find("f/x/near")).file == "f/x/near.py");
  CHECK(script_of(workspace.find("f/inside/y")).path == "f/inside/y");
  CHECK(script_of(workspace.find("u/ann/y")).path == "u/ann/y");
  for (const char* path : {"f/x/relative", "f/x/absolute", "f/out/secret", "f/out_absolute/secret",
                           "f/magic/CMakeLists", "f/x/loop", "f/x/dangling"}) {
    INFO(path);
    CHECK(is_not_found(workspace.find(path)));
  }
  CHECK(workspace.list() == std::vector<std::string>{"f/inside/near", "f/inside/y", "f/x/near", "f/x/y",
                                                     "u/ann/near", "u/ann/y"});
}

TEST_CASE("only a regular file is a script") {
  const TempFolder folder;
  std::filesystem::create_directories(folder / "f/x/folder.py");
  std::filesystem::create_directories(folder / "f/x/bare");
  REQUIRE(::mkfifo((folder / "f/x/fifo.py").c_str(), 0666) == 0);
  REQUIRE(::mkfifo((folder / "f/x/fifo").c_str(), 0777) == 0);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{AF_UNIX, {}};
  const std::string file = folder / "f/x/socket.py";
  file.copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::close(fd);
  const Workspace workspace = open_at(folder.path());
  for (const char* path : {"f/x/folder", "f/x/bare", "f/x/fifo", "f/x/socket"}) {
    INFO(path);
    CHECK(is_not_found(workspace.find(path)));
  }
  CHECK(workspace.list().empty());
}

TEST_CASE("a FIFO is never opened, so that who waits at its other end learns nothing") {
  const TempFolder folder;
  std::filesystem::create_directories(folder / "f/x");
  const std::string fifo = folder / "f/x/y.py";
  REQUIRE(::mkfifo(fifo.c_str(), 0666) == 0);
  const Workspace workspace = open_at(folder.path());
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
  const int writer = ::open(fifo.c_str(), O_WRONLY | O_NONBLOCK);
  REQUIRE(::write(writer, "1", 1) == 1);
  CHECK(is_not_found(workspace.find("f/x/y")));
  char byte = 0;
  CHECK(::read(reader, &byte, 1) == 1);
  ::close(reader);
  ::close(writer);
}

TEST_CASE("a file without ending is a script where it is executable and a program") {
  const TempFolder folder;
  folder.write("f/x/script", "#!/bin/sh\n", 0755);
  folder.write("f/x/binary",
               std::string("\x7f"
                           "ELF\x02",
                           5),
               0711);
  folder.write("f/x/notes", "just words", 0755);
  folder.write("f/x/plain", "#!/bin/sh\n", 0644);
  folder.write("f/x/empty", "", 0755);
  const Workspace workspace = open_at(folder.path());
  CHECK(script_of(workspace.find("f/x/script")).language->name() == "executable");
  CHECK(script_of(workspace.find("f/x/binary")).file == "f/x/binary");
  CHECK(is_not_found(workspace.find("f/x/notes")));
  CHECK(is_not_found(workspace.find("f/x/plain")));
  CHECK(is_not_found(workspace.find("f/x/empty")));
  CHECK(workspace.list() == std::vector<std::string>{"f/x/binary", "f/x/script"});
}

TEST_CASE("two files for one path are an error that names both, and no path of the server") {
  const TempFolder folder;
  folder.write("f/x/y.py", "1");
  folder.write("f/x/y.sh", "1");
  const Workspace workspace = open_at(folder.path());
  const Lookup lookup = workspace.find("f/x/y");
  const Unusable& wrong = unusable_of(lookup);
  CHECK(wrong.reason == "f/x/y could be f/x/y.py or f/x/y.sh");
  CHECK_THAT(wrong.details, Contains(folder.path()));
  CHECK(workspace.list() == std::vector<std::string>{"f/x/y"});
}

TEST_CASE("case counts") {
  const TempFolder folder;
  folder.write("f/x/Y.py", "1");
  const Workspace workspace = open_at(folder.path());
  CHECK(is_not_found(workspace.find("f/x/y")));
  CHECK(is_not_found(workspace.find("f/X/Y")));
  CHECK(script_of(workspace.find("f/x/Y")).path == "f/x/Y");
}

TEST_CASE("a script over the limit is unusable, and not read") {
  const TempFolder folder;
  const std::string file = folder.write("f/x/y.py", "");
  REQUIRE(::truncate(file.c_str(), (256 << 20) + 1) == 0);
  CHECK(unusable_of(open_at(folder.path()).find("f/x/y")).reason == "f/x/y.py is too large");
}

TEST_CASE("a yaml that is wrong, or cannot be read, makes the script unusable") {
  const TempFolder folder;
  folder.write("f/x/y.py", "1");
  const Workspace workspace = open_at(folder.path());
  folder.write("f/x/y.script.yaml", "summary: x\n\ntimeout: soon\n");
  CHECK(unusable_of(workspace.find("f/x/y")).reason ==
        "f/x/y.script.yaml:3: timeout is \"soon\", but must be a whole number of seconds from 1 to 604800");
  folder.write("f/x/y.script.yaml", std::string((1 << 20) + 1, '#'));
  CHECK(unusable_of(workspace.find("f/x/y")).reason == "f/x/y.script.yaml is too large");
  std::filesystem::remove(folder / "f/x/y.script.yaml");
  std::filesystem::create_symlink("/etc/hostname", folder / "f/x/y.script.yaml");
  CHECK(unusable_of(workspace.find("f/x/y")).reason == "f/x/y.script.yaml cannot be read");
  std::filesystem::remove(folder / "f/x/y.script.yaml");
  REQUIRE(::mkfifo((folder / "f/x/y.script.yaml").c_str(), 0666) == 0);
  CHECK(unusable_of(workspace.find("f/x/y")).reason == "f/x/y.script.yaml cannot be read");
}

TEST_CASE("a folder that is none, or not there, cannot be opened") {
  const TempFolder folder;
  const std::string file = folder.write("file", "");
  CHECK_THAT(Workspace::open("demo", folder / "nowhere").error().message, Contains("nowhere: No such file"));
  CHECK_THAT(Workspace::open("demo", file).error().message, Contains("Not a directory"));
}

TEST_CASE("the root is absolute, and a workspace can be moved") {
  const TempFolder folder;
  folder.write("ws/f/x/y.py", "1");
  std::filesystem::create_symlink("ws", folder / "link");
  Workspace first = open_at(folder / "link/../link");
  const Workspace second = std::move(first);
  CHECK(second.root() == folder / "link/../link");
  CHECK(second.name() == "demo");
  CHECK(script_of(second.find("f/x/y")).path == "f/x/y");
}

TEST_CASE("a folder that a deploy puts in the place of another counts from the next lookup on") {
  const TempFolder folder;
  folder.write("one/f/x/y.py", "1");
  folder.write("two/f/x/y.py", "2");
  std::filesystem::create_directory_symlink("one", folder / "current");
  const auto workspace = Workspace::open("demo", folder / "current");
  REQUIRE(workspace);
  CHECK(*std::get<std::shared_ptr<const Script>>(workspace->find("f/x/y"))->source == "1");
  std::filesystem::create_directory_symlink("two", folder / "next");
  std::filesystem::rename(folder / "next", folder / "current");
  CHECK(*std::get<std::shared_ptr<const Script>>(workspace->find("f/x/y"))->source == "2");
  std::filesystem::remove(folder / "current");
  CHECK(std::holds_alternative<Unusable>(workspace->find("f/x/y")));
}

TEST_CASE("the list has every script below f and u, sorted, and ends where links go round") {
  const TempFolder folder;
  folder.write("f/b/two.sh", "1");
  folder.write("f/a/deep/er/one.py", "1");
  folder.write("u/ann/three.py", "1");
  folder.write("u/ann/three.script.yaml", "");
  folder.write("f/direct.py", "1");
  folder.write("f/a/job.flow/step.py", "1");
  folder.write("f/.git/x.py", "1");
  folder.write("other/a/x.py", "1");
  std::filesystem::create_symlink("..", folder / "f/a/deep/round");
  CHECK(open_at(folder.path()).list() ==
        std::vector<std::string>{"f/a/deep/er/one", "f/b/two", "u/ann/three"});
}

TEST_CASE("threads may look up while a script is edited, and each gets what its hash says") {
  const TempFolder folder;
  folder.write("f/x/y.py", "0");
  const Workspace workspace = open_at(folder.path());
  std::atomic<int> wrong = 0;
  const auto look = [&] {
    for (int i = 0; i < 300; ++i) {
      const Lookup lookup = workspace.find("f/x/y");
      const auto* script = std::get_if<std::shared_ptr<const Script>>(&lookup);
      if (script == nullptr ||
          (*script)->hash != sha256_hex(std::string("f/x/y") + '\0' + *(*script)->source))
        ++wrong;
    }
  };
  std::thread first(look), second(look);
  for (int i = 0; i < 100; ++i) {
    folder.write("new", std::to_string(i));
    std::filesystem::rename(folder / "new", folder / "f/x/y.py");
  }
  first.join();
  second.join();
  CHECK(wrong == 0);
}
