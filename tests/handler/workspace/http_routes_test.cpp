#include "handler/workspace/http_routes.h"

#include <catch2/catch.hpp>

#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

std::string yaml(const std::string& path, const std::string& more = "") {
  return "route_path: " + path + "\nhttp_method: get\nscript_path: f/a/b\nauthentication_method: none\n" +
         more;
}

struct Two {
  TempFolder north_folder, south_folder;
  Workspace north = Workspace::open("north", north_folder.path()).value();
  Workspace south = Workspace::open("south", south_folder.path()).value();
  std::vector<std::string> told;
  HttpRoutes routes{{&north, &south}, [this](const std::string& workspace, const std::string& why) {
                      told.push_back(workspace + ": " + why);
                    }};
};

}  // namespace

TEST_CASE("The routes of all workspaces are in one table") {
  Two two;
  two.north_folder.write("f/x/b.http_trigger.yaml", yaml("b"));
  two.north_folder.write("f/x/a.http_trigger.yaml", yaml("z"));
  two.south_folder.write("f/x/a.http_trigger.yaml", yaml("a", "workspaced_route: true\n"));
  const auto table = two.routes.now();
  CHECK(table->all().size() == 3);
  CHECK(table->matching({"b"}).front()->workspace == "north");
  CHECK(table->matching({"south", "a"}).front()->workspace == "south");
  const auto of_north = routes_of(*table, "north");
  REQUIRE(of_north.size() == 2);
  CHECK(show(of_north[0].path) == "b");
  CHECK(routes_of(*table, "nowhere").empty());
}

TEST_CASE("A table lives on while a newer one takes its place") {
  Two two;
  two.north_folder.write("f/x/a.http_trigger.yaml", yaml("a"));
  const auto first = two.routes.now();
  CHECK(two.routes.now() == first);
  const HttpRoute* route = first->matching({"a"}).front();
  two.north_folder.write("f/x/a.http_trigger.yaml", yaml("b"));
  CHECK(two.routes.now()->matching({"a"}).empty());
  CHECK(show(route->path) == "a");
}

TEST_CASE("A disabled route is not in the table") {
  Two two;
  two.north_folder.write("f/x/a.http_trigger.yaml", yaml("a", "mode: disabled\n"));
  CHECK(two.routes.now()->all().empty());
}

TEST_CASE("A file that tells no path closes the wide routes of its workspace that need no token") {
  Two two;
  two.north_folder.write("f/x/lost.http_trigger.yaml", "{");
  two.north_folder.write("f/x/fixed.http_trigger.yaml", yaml("fixed"));
  two.north_folder.write("f/x/wide.http_trigger.yaml", yaml("a/:b"));
  two.north_folder.write("f/x/guarded.http_trigger.yaml",
                         "route_path: b/*c\nhttp_method: get\nscript_path: f/a/b\n"
                         "authentication_method: windmill\n");
  two.south_folder.write("f/x/wide.http_trigger.yaml", yaml("c/:d"));
  const auto closed_by = [&](const std::vector<std::string>& path) {
    return two.routes.now()->matching(path).front()->gives_way_to;
  };
  CHECK(closed_by({"a", "x"}) == "f/x/lost.http_trigger.yaml");
  CHECK(closed_by({"fixed"}).empty());
  CHECK(closed_by({"b", "x"}).empty());
  CHECK(closed_by({"c", "x"}).empty());
  two.north_folder.write("f/x/lost.http_trigger.yaml", yaml("lost"));
  CHECK(closed_by({"a", "x"}).empty());
}

TEST_CASE("What cannot be served is told once, and again when it was changed") {
  Two two;
  two.north_folder.write("f/x/a.http_trigger.yaml", yaml("a", "wrap_body: maybe\n"));
  two.south_folder.write("f/x/a.http_trigger.yaml", "[");
  (void)two.routes.now();
  CHECK(two.told.size() == 2);
  CHECK(two.told[0].starts_with("north: f/x/a.http_trigger.yaml:5: wrap_body"));
  two.north_folder.write("f/x/b.http_trigger.yaml", yaml("b"));
  (void)two.routes.now();
  CHECK(two.told.size() == 2);
  two.north_folder.write("f/x/a.http_trigger.yaml", yaml("a", "wrap_body: perhaps\n"));
  (void)two.routes.now();
  CHECK(two.told.size() == 3);
}
