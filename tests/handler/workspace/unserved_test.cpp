#include "handler/workspace/unserved.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>

#include "tests/temp_folder.h"

using namespace towermill;
using Catch::Contains;

namespace {

std::map<std::string, std::string> unserved_in(const TempFolder& folder) {
  std::map<std::string, std::string> whys;
  for (const auto& [file, why] : list_unserved(folder.path(), 100)) whys[file] = why;
  return whys;
}

}  // namespace

TEST_CASE("each file that answers to no path is told of, with the reason") {
  const TempFolder folder;
  const std::map<std::string, std::string> expected = {
      {"f/x/tool", "not executable"},
      {"f/x/text", "neither begins with #!"},
      {"f/x/data.json", "ending .json"},
      {"f/x/a.b.py", "has a dot"},
      {"f/y.py", "outside"},
      {"lib/deep/z.py", "outside"},
      {"top.sh", "outside"},
      {"f/x/my script.py", "characters"},
      {"f/my folder/a.py", "characters"},
      {"u/ann/lone.script.yaml", "no script"},
      {"f/x/out.py", "out of the workspace"},
      {"f/x/nowhere.py", "link to nothing"},
  };
  for (const auto& [file, why] : expected)
    folder.write(file, "text", why.starts_with("neither") ? 0755 : 0644);
  for (const auto& [link, target] : {std::pair("f/x/out.py", "/etc/passwd"), {"f/x/nowhere.py", "gone.py"}}) {
    std::filesystem::remove(folder / link);
    std::filesystem::create_symlink(target, folder / link);
  }
  const auto found = unserved_in(folder);
  for (const auto& [file, why] : expected) {
    INFO(file);
    REQUIRE(found.contains(file));
    CHECK_THAT(found.at(file), Contains(why));
  }
  CHECK(found.size() == expected.size());
}

TEST_CASE("what is served, Windmill's own or hidden is not told of") {
  const TempFolder folder;
  folder.write("f/x/tool", "#!/bin/sh\n", 0755);
  for (const char* file : {"f/x/y.py",
                           "f/x/y.script.yaml",
                           "f/x/y.script.lock",
                           "f/x/tool.script.yaml",
                           "f/x/y.lock",
                           "f/x/folder.meta.yaml",
                           "f/x/a.resource.yaml",
                           "f/x/a.variable.yaml",
                           "f/x/a.schedule.yaml",
                           "f/x/a.http_trigger.yaml",
                           "a.resource-type.yaml",
                           "wmill.yaml",
                           "wmill-lock.yaml",
                           "f/x/a.flow/flow.yaml",
                           "f/x/b__flow/step.ts",
                           "f/x/c.app/app.yaml",
                           "README.md",
                           "f/x/README",
                           ".git/config",
                           "f/x/.hidden",
                           "f/x/__pycache__/y.pyc",
                           "node_modules/a/index.js",
                           "f/x/node_modules/a/index.js",
                           "u/ann/one.sh"}) {
    folder.write(file, "");
  }
  for (const auto& [file, why] : unserved_in(folder)) FAIL_CHECK(file + ": " + why);
}

TEST_CASE("the yaml of a file that is told of itself is no news") {
  const TempFolder folder;
  folder.write("f/x/a.rb", "");
  folder.write("f/x/a.script.yaml", "");
  folder.write("f/x/tool", "");
  folder.write("f/x/tool.script.yaml", "");
  const auto found = unserved_in(folder);
  CHECK(found.size() == 2);
  CHECK(found.contains("f/x/a.rb"));
  CHECK(found.contains("f/x/tool"));
}

TEST_CASE("a route's file that can be none is told of") {
  const TempFolder folder;
  for (const char* file : {"a.http_trigger.yaml", "f/a.http_trigger.yaml", "f/x/a.b.http_trigger.yaml",
                           "f/x y/a.http_trigger.yaml", "f/x/good.http_trigger.yaml"})
    folder.write(file, "");
  auto found = unserved_in(folder);
  CHECK(found.size() == 4);
  CHECK(found["a.http_trigger.yaml"] == "it is outside f/<folder>/ and u/<user>/");
  CHECK(found["f/a.http_trigger.yaml"] == "it is outside f/<folder>/ and u/<user>/");
  CHECK(found["f/x/a.b.http_trigger.yaml"] == "its name has a dot besides those of its ending");
  CHECK(found["f/x y/a.http_trigger.yaml"] == "its path has other characters than letters, digits and _.@+-");
}

TEST_CASE("a program beside a script of the same name does not hide a file that is none") {
  const TempFolder folder;
  folder.write("f/x/a.py", "");
  folder.write("f/x/a", "#!/bin/sh\n");
  CHECK(unserved_in(folder).contains("f/x/a"));
}

TEST_CASE("the list is as long as asked, with what is below f and u first, and each file once") {
  const TempFolder folder;
  for (int i = 0; i < 9; ++i) folder.write("a/" + std::to_string(i), "");
  folder.write("f/x/tool", "");
  std::filesystem::create_symlink("..", folder / "f/x/round");
  const auto found = list_unserved(folder.path(), 4);
  REQUIRE(found.size() == 4);
  CHECK(found[0].file == "f/x/tool");
  CHECK(found[1].file.starts_with("a/"));
  CHECK(list_unserved(folder.path(), 100).size() == 10);
}
