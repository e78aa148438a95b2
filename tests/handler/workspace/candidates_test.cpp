#include "handler/workspace/candidates.h"

#include <fcntl.h>

#include <catch2/catch.hpp>

#include "tests/temp_folder.h"

using namespace towermill;

namespace {

const std::vector<LanguageRow> languages = {{".ts", nullptr}, {".bun.ts", nullptr}, {"", nullptr}};

}  // namespace

TEST_CASE("the longest ending is the one taken off") {
  CHECK(without_ending("f/x/y.ts", languages) == "f/x/y");
  CHECK(without_ending("f/x/y.bun.ts", languages) == "f/x/y");
  CHECK(without_ending("f/x/y", languages) == "f/x/y");
  CHECK(without_ending("f/x/y.py", languages) == "f/x/y.py");
}

TEST_CASE("a file with a double ending is a candidate, and one of two") {
  const TempFolder folder;
  folder.write("f/x/y.bun.ts", "");
  const UniqueFd root(::open(folder.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const auto one = find_candidates(root.get(), "f/x/y", languages);
  REQUIRE(one);
  REQUIRE(one->size() == 1);
  CHECK(one->front().file == "f/x/y.bun.ts");
  folder.write("f/x/y.ts", "");
  CHECK(find_candidates(root.get(), "f/x/y", languages)->size() == 2);
}
