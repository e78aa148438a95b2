#include "handler/app/state_dir.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)
namespace fs = std::filesystem;

namespace {

/// A TMPDIR of its own for one test.
class Temporary {
 public:
  Temporary() { ::setenv("TMPDIR", folder_.path().c_str(), 1); }
  ~Temporary() { ::unsetenv("TMPDIR"); }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  std::string own() const { return folder_ / ("towermill-" + std::to_string(::geteuid())); }

 private:
  TempFolder folder_;
};

mode_t mode_of(const std::string& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

}  // namespace

TEST_CASE("A user's state folder is private, and made only once") {
  const Temporary temporary;
  CHECK(*make_user_state_dir() == temporary.own());
  CHECK(mode_of(temporary.own()) == 0700);
  fs::permissions(temporary.own(), fs::perms::all);
  CHECK(*make_user_state_dir() == temporary.own());
  CHECK(mode_of(temporary.own()) == 0700);
}

TEST_CASE("A link in the place of a user's state folder is refused") {
  const Temporary temporary;
  const TempFolder elsewhere;
  fs::create_directory_symlink(elsewhere.path(), temporary.own());
  CHECK_FALSE(make_user_state_dir().ok());
  CHECK(fs::is_empty(elsewhere.path()));
}

TEST_CASE("Somebody else's folder in the place of a user's is refused") {
  if (::geteuid() != 0) return;  // only root can give a folder away
  const Temporary temporary;
  fs::create_directory(temporary.own());
  REQUIRE(::chown(temporary.own().c_str(), 65534, 65534) == 0);
  CHECK(make_user_state_dir().error().message == temporary.own() + " belongs to another user");
}

TEST_CASE("A state_dir that is set is taken as it is") {
  CHECK(*find_state_dir("/no/such/folder") == "/no/such/folder");
}
