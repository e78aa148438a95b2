#include "runner/base/file_states.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)
namespace fs = std::filesystem;

namespace {

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

std::int64_t in_an_hour() {
  const auto now = std::chrono::system_clock::now() + std::chrono::hours(1);
  return std::chrono::nanoseconds(now.time_since_epoch()).count();
}

}  // namespace

TEST_CASE("Files that nobody touches have not changed") {
  const TempFolder folder;
  write(folder.path() + "/a", "1");
  const FileStates states({folder.path() + "/a", folder.path() + "/missing"}, in_an_hour());
  CHECK_FALSE(states.have_changed());
  CHECK_FALSE(FileStates().have_changed());
}

TEST_CASE("A file that is written, replaced, removed or made has changed") {
  const TempFolder folder;
  const std::string file = folder.path() + "/a";
  const std::string other = folder.path() + "/b";
  write(file, "1");
  const FileStates states({file, other}, in_an_hour());
  SECTION("written") { write(file, "12"); }
  SECTION("removed") { fs::remove(file); }
  SECTION("made") { write(other, ""); }
  SECTION("replaced") {
    write(folder.path() + "/fresh", "1");
    fs::rename(folder.path() + "/fresh", file);
  }
  CHECK(states.have_changed());
}

TEST_CASE("What was written since it may have been read counts as changed") {
  const TempFolder folder;
  write(folder.path() + "/a", "1");
  CHECK(FileStates({folder.path() + "/a"}, 0).have_changed());
}
