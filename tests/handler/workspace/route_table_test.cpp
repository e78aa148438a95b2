#include "handler/workspace/route_table.h"

#include <catch2/catch.hpp>

#include "runner/base/text.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

/// "POST a/:b"; a method of "*" is none that is right.
HttpRoute route(const std::string& text, const std::string& workspace = "demo", bool workspaced = false) {
  auto trigger = std::make_shared<HttpTrigger>();
  const auto blank = text.find(' ');
  trigger->method = text.substr(0, blank) == "*" ? "" : text.substr(0, blank);
  trigger->file = text;
  trigger->path = parse_route_path(text.substr(blank + 1)).value();
  trigger->workspaced = workspaced;
  return make_route(workspace, trigger);
}

RouteTable table(const std::vector<std::string>& texts) {
  std::vector<HttpRoute> routes;
  for (const std::string& text : texts) routes.push_back(route(text));
  return RouteTable(std::move(routes));
}

/// The routes that match, with ", " between them.
std::string matching(const RouteTable& routes, const std::string& path) {
  std::string all;
  for (const HttpRoute* found : routes.matching(split(path, '/')))
    all += (all.empty() ? "" : ", ") + found->trigger->file;
  return all;
}

std::string chosen(const RouteTable& routes, const std::string& method, const std::string& path) {
  const auto found = choose(routes.matching(split(path, '/')), method);
  if (!found) return "none";
  return found->rival == nullptr ? found->route->trigger->file
                                 : found->route->trigger->file + " or " + found->rival->trigger->file;
}

std::string parameters(const std::string& text, const std::string& path) {
  std::string all;
  for (const auto& [name, value] : parameters_in(route(text), split(path, '/')))
    all += (all.empty() ? "" : ", ") + name + "=" + value;
  return all;
}

}  // namespace

TEST_CASE("Fixed segments come before parameters, and these before the rest") {
  const RouteTable routes = table({"GET *r", "GET :a/:b", "GET :a/y", "GET x/*r", "GET x/:b", "GET x/y"});
  CHECK(matching(routes, "x/y") == "GET x/y, GET x/:b, GET x/*r, GET :a/y, GET :a/:b, GET *r");
  CHECK(matching(routes, "z/y") == "GET :a/y, GET :a/:b, GET *r");
  CHECK(matching(routes, "x/y/z") == "GET x/*r, GET *r");
}

TEST_CASE("A fixed segment that leads nowhere does not hide a parameter that does") {
  const RouteTable routes = table({"GET who/me", "GET who/:id/x"});
  CHECK(matching(routes, "who/me/x") == "GET who/:id/x");
  CHECK(matching(routes, "who/me") == "GET who/me");
}

TEST_CASE("Slashes at the end do not count, and empty segments elsewhere match no parameter") {
  const RouteTable routes = table({"GET a/:b", "GET c/*r"});
  CHECK(matching(routes, "a/b/") == "GET a/:b");
  CHECK(matching(routes, "a/b//") == "GET a/:b");
  CHECK(matching(routes, "a/").empty());
  CHECK(matching(routes, "a//").empty());
  CHECK(matching(routes, "c/").empty());
  CHECK(matching(routes, "").empty());
}

TEST_CASE("A path with dots for segments matches nothing") {
  const RouteTable routes = table({"GET :a/:b", "GET *r"});
  for (const char* path : {"a/..", "../a", "a/./b", "..", "."}) CHECK(matching(routes, path).empty());
  CHECK(matching(routes, "a/...") == "GET :a/:b, GET *r");
}

TEST_CASE("The method chooses among the routes of a path") {
  const RouteTable routes = table({"GET a/me", "POST a/:id", "GET a/:id"});
  CHECK(chosen(routes, "GET", "a/me") == "GET a/me");
  CHECK(chosen(routes, "POST", "a/me") == "POST a/:id");
  CHECK(chosen(routes, "GET", "a/you") == "GET a/:id");
  CHECK(chosen(routes, "PUT", "a/me") == "none");
  CHECK(chosen(routes, "GET", "b") == "none");
}

TEST_CASE("Two of a method with the same right to a path are a conflict there") {
  const RouteTable routes =
      table({"GET a/:b", "GET a/:c", "GET a/b", "POST a/:d", "GET a/*e", "GET b/:x/c", "GET b/*y"});
  CHECK(chosen(routes, "GET", "a/x") == "GET a/:b or GET a/:c");
  CHECK(chosen(routes, "GET", "a/b") == "GET a/b");
  CHECK(chosen(routes, "POST", "a/x") == "POST a/:d");
  CHECK(chosen(routes, "GET", "b/1/c") == "GET b/:x/c or GET b/*y");
  CHECK(chosen(routes, "GET", "b/1/d") == "GET b/*y");
  CHECK(routes.conflicts().size() == 4);
}

TEST_CASE("A fixed start is no conflict with what a parameter could be") {
  CHECK(table({"GET a/:b/c", "GET a/b/:c", "GET :x/y", "GET a"}).conflicts().empty());
}

TEST_CASE("A route whose method is not known stands in the way of all of its path") {
  const RouteTable routes = table({"* a/b", "GET a/b"});
  CHECK(chosen(routes, "GET", "a/b") == "* a/b or GET a/b");
  CHECK(chosen(routes, "PUT", "a/b") == "* a/b");
  CHECK(routes.conflicts().size() == 1);
}

TEST_CASE("The workspace's name stands before the path where the route is the workspace's own") {
  std::vector<HttpRoute> routes;
  routes.push_back(route("GET a", "north", true));
  routes.push_back(route("GET a", "south", true));
  routes.push_back(route("GET a", "south"));
  const RouteTable all(std::move(routes));
  CHECK(all.conflicts().empty());
  CHECK(all.matching({"north", "a"}).front()->workspace == "north");
  CHECK(all.matching({"a"}).size() == 1);
}

TEST_CASE("What a path takes is told in order, HEAD and OPTIONS with it") {
  const RouteTable routes = table({"PUT a", "GET a", "GET a/b"});
  CHECK(methods_of(routes.matching({"a"})) == "GET, HEAD, OPTIONS, PUT");
}

TEST_CASE("Parameters have the segments' values, and the rest its slashes") {
  CHECK(parameters("GET a/:b/:c", "a/1/2/") == "b=1, c=2");
  CHECK(parameters("GET :a/*rest", "x/y//z/") == "a=x, rest=y//z");
  CHECK(parameters("GET a", "a").empty());
}
