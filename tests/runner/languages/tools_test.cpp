#include "runner/languages/tools.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/temp_folder.h"

namespace fs = std::filesystem;
using towermill::find_program;
using towermill::TempFolder;

namespace {

std::string make_program(const fs::path& path, mode_t mode) {
  std::ofstream(path) << "#!/bin/sh\n";
  chmod(path.c_str(), mode);
  return path;
}

}  // namespace

TEST_CASE("a program is the first executable file of that name in the folders") {
  const TempFolder a, b, c;
  make_program(a.path() + "/tool", 0644);
  fs::create_directory(b.path() + "/tool");
  const std::string right = make_program(c.path() + "/tool", 0755);
  const auto found = find_program("tool", "", a.path() + "::" + b.path() + ":" + c.path());
  REQUIRE(found.ok());
  CHECK(*found == right);
}

TEST_CASE("a program that is a link keeps its own name") {
  const TempFolder folder;
  make_program(folder.path() + "/real", 0755);
  fs::create_symlink("real", folder.path() + "/tool");
  CHECK(*find_program("tool", "", folder.path()) == folder.path() + "/tool");
}

TEST_CASE("a configured program wins, and is never replaced when it is wrong") {
  const TempFolder folder;
  const std::string own = make_program(folder.path() + "/own", 0755);
  CHECK(*find_program("sh", own, "/bin") == own);
  const auto wrong = find_program("sh", "/no/such/sh", "/bin");
  REQUIRE_FALSE(wrong.ok());
  CHECK(wrong.error().message == "sh: /no/such/sh, as configured, is no absolute path of a program");
  CHECK_FALSE(find_program("sh", "bin/sh", "/bin").ok());
}

TEST_CASE("what is missing is told in a sentence and left empty") {
  const auto found = towermill::find_tools({.python = "/bin/sh", .cache_dir = "/v"}, "/no/such:/bin");
  CHECK(found.tools.bash == "/bin/bash");
  CHECK(found.tools.python == "/bin/sh");
  CHECK(found.tools.cache_dir == "/v");
  CHECK(found.missing.empty());
  const auto none = towermill::find_tools({.bash = "/bin/no-bash", .php = "/bin/no-php"}, "/no/such");
  CHECK(none.tools.python.empty());
  CHECK(none.missing ==
        std::vector<std::string>{"python3: not found in /no/such",
                                 "bash: /bin/no-bash, as configured, is no absolute path of a program",
                                 "php: /bin/no-php, as configured, is no absolute path of a program"});
}
