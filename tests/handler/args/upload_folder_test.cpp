#include "handler/args/upload_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT

namespace {

mode_t mode_of(const std::string& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

}  // namespace

TEST_CASE("Uploads are files of 0600 in a folder of 0700, named by their numbers") {
  const TempFolder parent;
  const auto folder = std::move(*UploadFolder::make(parent.path()));
  const auto first = std::move(*folder->add());
  const auto second = std::move(*folder->add());
  CHECK(first.path == parent.path() + "/" + first.key);
  CHECK(first.key.ends_with("/1"));
  CHECK(second.key.ends_with("/2"));
  CHECK(mode_of(first.path) == 0600);
  CHECK(mode_of(std::filesystem::path(first.path).parent_path()) == 0700);
}

TEST_CASE("An upload folder goes with all that a script has made in it") {
  const TempFolder parent;
  {
    const auto folder = std::move(*UploadFolder::make(parent.path()));
    const std::filesystem::path made = std::filesystem::path(folder->add()->path).parent_path() / "a" / "b";
    std::filesystem::create_directories(made);
    REQUIRE(::chmod(made.parent_path().c_str(), 0) == 0);
  }
  CHECK(std::filesystem::is_empty(parent.path()));
}

TEST_CASE("An upload folder that cannot be made is told without its path") {
  const auto folder = UploadFolder::make("/no/such/folder");
  REQUIRE_FALSE(folder);
  CHECK(folder.error().message.find("/no") == std::string::npos);
}
