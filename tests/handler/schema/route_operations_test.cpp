#include "handler/schema/route_operations.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT: a test
using Catch::Contains;

namespace {

/// A workspace with one script and one route to it.
std::vector<Operation> operations(const std::string& source, const std::string& yaml,
                                  const std::string& metadata = "summary: One\n") {
  const TempFolder folder;
  std::filesystem::create_directories(folder.path() + "/f/x");
  std::ofstream(folder.path() + "/f/x/one.py") << source;
  std::ofstream(folder.path() + "/f/x/one.http_trigger.yaml") << "script_path: f/x/one\n" << yaml;
  std::ofstream(folder.path() + "/f/x/one.script.yaml") << metadata;
  const auto workspace = Workspace::open("demo", folder.path());
  REQUIRE(workspace);
  Interfaces interfaces;
  HttpRoutes routes({&*workspace}, [](const std::string&, const std::string&) {});
  std::vector<Operation> found;
  add_routes(
      *workspace, interfaces, *routes.now(), [](const Workspace&, const Authentication&) { return "X-Key"; },
      found);
  return found;
}

const std::string order = "def main(id: str, count: int, note: str = ''): pass\n";

}  // namespace

TEST_CASE("a route is told with its path's parameters, and its body without them") {
  const auto found = operations(
      order, "http_method: put\nroute_path: orders/:id\nauthentication_method: none\nsummary: Changes it\n");
  REQUIRE(found.size() == 1);
  CHECK(found.front().path == "/api/r/orders/{id}");
  CHECK(found.front().method == "put");
  CHECK(found.front().id == "PUT /api/r/orders/{id}");
  CHECK(found.front().summary == "Changes it");
  CHECK(found.front().path_parameters == std::vector<std::string>{"id"});
  CHECK(found.front().security.name.empty());
  CHECK_THAT(found.front().schema,
             Contains(R"("required":["count"],"order":["count","note"])") && !Contains("\"id\""));
}

TEST_CASE("what another arg's schema refers to stays, though the path has it") {
  const auto found =
      operations("def main(id, other): pass\n",
                 "http_method: put\nroute_path: orders/:id\nauthentication_method: none\n",
                 "schema:\n  properties:\n    id: {type: string}\n    other: {$ref: '#/properties/id'}\n"
                 "  required: [id, other]\n");
  CHECK_THAT(found.front().schema,
             Contains(R"("id":{"type":"string"})") && Contains(R"("required":["other"])"));
}

TEST_CASE("a route without a body has no schema, one that wraps it may take anything") {
  const std::string get = "http_method: get\nroute_path: orders\nauthentication_method: windmill\n";
  CHECK(operations(order, get).front().schema.empty());
  CHECK(operations(order, get).front().security.name == "token");
  const std::string wraps =
      "http_method: post\nroute_path: orders\nwrap_body: true\nauthentication_method: none\n";
  CHECK(operations(order, wraps).front().schema == "{}");
}

TEST_CASE("a route that cannot run anything is not told") {
  CHECK(operations(order, "http_method: post\nroute_path: a\nis_flow: true\n").empty());
}

TEST_CASE("what a route answers with is told by its request_type") {
  const std::string open = "http_method: post\nroute_path: a\nauthentication_method: none\n";
  CHECK(operations(order, open).front().answer == AnswersWith::result);
  CHECK(operations(order, open + "request_type: async\n").front().answer == AnswersWith::job_id);
  CHECK(operations(order, open + "request_type: sync_sse\n").front().answer == AnswersWith::events);
}
