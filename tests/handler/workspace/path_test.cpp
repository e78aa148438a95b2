#include <catch2/catch.hpp>

#include "handler/workspace/workspace.h"

using namespace towermill;

TEST_CASE("a path that could leave the folder, or is no path of a script, is not runnable") {
  for (const char* path : {"f/x/y", "u/ann/y", "f/x/y/z", "f/a.b/y", "f/A_b-c+d@e/Y", "u/a@b.org/x"}) {
    INFO(path);
    CHECK(is_runnable_path(path));
  }
  for (const char* path : {"",
                           "f",
                           "f/x",
                           "f//y",
                           "/f/x/y",
                           "f/x/y/",
                           "f/x/..",
                           "f/../y",
                           "f/./y",
                           "../f/x/y",
                           "g/x/y",
                           "F/x/y",
                           "f/x/y.py",
                           "f/x/.y",
                           "f/.x/y",
                           "f/x/y z",
                           "f/x\\y/z",
                           "f/x/y%2e",
                           "f/x/\xc3\xa4",
                           "f/x/y\n",
                           "f/x.flow/y",
                           "f/x__flow/y",
                           "f/x/y.app/z",
                           "f/x/y__raw_app/z",
                           "f/x/node_modules/a/b"}) {
    INFO(path);
    CHECK_FALSE(is_runnable_path(path));
  }
  CHECK_FALSE(is_runnable_path(std::string_view("f/x/y\0", 6)));
  CHECK_FALSE(is_runnable_path(std::string_view("f/x\0/y", 6)));
  CHECK(is_runnable_path("f/x/" + std::string(1020, 'y')));
  CHECK_FALSE(is_runnable_path("f/x/" + std::string(1021, 'y')));
}
