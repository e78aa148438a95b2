#include "runner/base/private_files.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)
namespace fs = std::filesystem;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

mode_t mode_of(const std::string& path) {
  struct stat found {};
  REQUIRE(stat(path.c_str(), &found) == 0);
  return found.st_mode & 07777;
}

std::size_t entries(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
}

}  // namespace

TEST_CASE("a file is replaced by one of the bytes and the mode asked for") {
  const TempFolder folder;
  folder.write("note", "before");
  for (const mode_t mode : {0400U, 0500U}) {
    REQUIRE(replace_file(folder.path() + "/note", "after", mode).ok());
    CHECK(text_of(folder.path() + "/note") == "after");
    CHECK(mode_of(folder.path() + "/note") == mode);
  }
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a file that cannot be replaced leaves what was there, and nothing besides") {
  const TempFolder folder;
  fs::create_directories(folder.path() + "/note/in");
  CHECK_FALSE(replace_file(folder.path() + "/note", "after", 0400).ok());
  CHECK(fs::exists(folder.path() + "/note/in"));
  CHECK(entries(folder.path()) == 1);
  CHECK_FALSE(replace_file(folder.path() + "/no/such", "after", 0400).ok());
}

TEST_CASE("a private folder is made once, for its owner alone") {
  const TempFolder folder;
  const std::string made = folder.path() + "/made";
  REQUIRE(make_private_folder(made).ok());
  CHECK(mode_of(made) == 0700);
  folder.write("made/in", "");
  REQUIRE(make_private_folder(made).ok());
  CHECK(fs::exists(made + "/in"));
  CHECK_FALSE(make_private_folder(folder.path() + "/no/such").ok());
}
