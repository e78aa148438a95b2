#include "runner/languages/javascript/shadow.h"

#include <catch2/catch.hpp>

#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)
namespace fs = std::filesystem;

TEST_CASE("a shadow has the packages that the script's own folder would have") {
  const TempFolder home, cache;
  RunSpec spec;
  spec.file = "f/x/y.ts";
  spec.source_hash = "hash";
  spec.workspace_root = home / "hooks";
  fs::create_directories(home / "hooks/f/x");
  const Tools tools = {.cache_dir = cache.path()};

  const auto none = make_shadow(spec, tools, "test");
  REQUIRE(none.ok());
  CHECK_FALSE(none->has_packages);
  CHECK(none->folder == none->root + "/f/x");
  for (const std::string place : {"node_modules", "hooks/node_modules", "hooks/f/x/node_modules"}) {
    INFO(place);
    fs::create_directories(home / place);
    const auto shadow = make_shadow(spec, tools, "test");
    REQUIRE(shadow.ok());
    CHECK(shadow->has_packages);
    CHECK(shadow->root == none->root);
    const std::string inside =
        shadow->store + (place == "node_modules" ? "/node_modules" : "/w" + place.substr(5));
    CHECK(fs::read_symlink(inside) == home / place);
    fs::remove(home / place);
    CHECK_FALSE(make_shadow(spec, tools, "test")->has_packages);
  }
  CHECK(make_shadow(spec, tools, "other")->root != none->root);
  CHECK_FALSE(make_shadow(spec, {}, "test").ok());
}
