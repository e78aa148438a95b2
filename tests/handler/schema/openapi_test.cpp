#include "handler/schema/openapi.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "runner/base/json.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT: a test
using Catch::Contains;

namespace {

Operation greeting() {
  Operation operation;
  operation.path = "/api/w/demo/jobs/run_wait_result/p/f/x/hello";
  operation.method = "post";
  operation.id = "f/x/hello";
  operation.summary = "Says \"hello\"";
  operation.schema = R"({"type":"object"})";
  return operation;
}

}  // namespace

TEST_CASE("an OpenAPI document is JSON with a path for each operation") {
  Operation route = greeting();
  route.path = "/api/r/orders/{id}";
  route.method = "get";
  route.id = "GET orders/:id";
  route.schema = "";
  route.path_parameters = {"id"};
  route.security = {};
  Operation other = route;
  other.method = "delete";
  other.id = "DELETE orders/:id";
  const std::string text = openapi_document("demo", "https://example.com/hooks", {greeting(), route, other});
  const auto document = parse_json(text);
  REQUIRE(document);
  CHECK(document->find("openapi")->raw == R"("3.1.0")");
  CHECK(document->find("servers")->raw == R"([{"url":"https://example.com/hooks"}])");
  const auto paths = parse_json(document->find("paths")->raw);
  REQUIRE(paths->members.size() == 2);
  const auto orders = parse_json(paths->find("/api/r/orders/{id}")->raw);
  REQUIRE(orders->members.size() == 2);
  CHECK_THAT(std::string(orders->find("get")->raw), Contains(R"("name":"id")") &&
                                                        Contains(R"("security":[])") &&
                                                        !Contains("requestBody") && !Contains("\"401\""));
  CHECK_THAT(std::string(paths->find(greeting().path)->raw), Contains(R"("summary":"Says \"hello\"")") &&
                                                                 Contains(R"("schema":{"type":"object"})") &&
                                                                 Contains("\"401\""));
}

TEST_CASE("of paths that differ in their parameters' names there is one") {
  Operation get = greeting();
  get.path = "/api/r/a/{x}/{rest}";
  get.method = "get";
  get.path_parameters = {"x", "rest"};
  Operation put = get;
  put.path = "/api/r/a/{y}/{rest}";
  put.method = "put";
  put.path_parameters = {"y", "rest"};
  const std::string text = openapi_document("demo", "http://localhost", {get, put});
  const auto document = parse_json(text);
  const auto paths = parse_json(document->find("paths")->raw);
  REQUIRE(paths->members.size() == 1);
  CHECK(paths->members[0].key == get.path);
  CHECK_THAT(std::string(parse_json(paths->members[0].raw)->find("put")->raw),
             Contains(R"("description":"The arg y","name":"x")") && !Contains("The arg rest"));
}

TEST_CASE("a schema's references to itself are ones into the document") {
  Operation operation = greeting();
  operation.schema = R"({"$ref":"#/$defs/a","$defs":{"a":{}}})";
  CHECK_THAT(openapi_document("demo", "http://localhost", {operation}),
             Contains(R"("$ref":"#/paths/~1api~1w~1demo~1jobs~1run_wait_result~1p~1f~1x~1hello/post/)"
                      R"(requestBody/content/application~1json/schema/$defs/a")"));
}

TEST_CASE("a workspace without scripts has a document too") {
  CHECK(parse_json(openapi_document("demo", "http://localhost", {})));
}

TEST_CASE("a document follows its workspace") {
  const TempFolder folder;
  std::filesystem::create_directories(folder.path() + "/f/x");
  const auto write = [&](const std::string& name) {
    std::ofstream(folder.path() + "/f/x/" + name) << "def main(first: int): pass\n";
  };
  write("one.py");
  const auto workspace = Workspace::open("demo", folder.path());
  REQUIRE(workspace);
  Interfaces interfaces;
  HttpRoutes routes({&*workspace}, [](const std::string&, const std::string&) {});
  const auto operations = operations_of(*workspace, interfaces, *routes.now());
  REQUIRE(operations.size() == 1);
  CHECK(operations.front().path == "/api/w/demo/jobs/run_wait_result/p/f/x/one");
  CHECK_THAT(operations.front().schema, Contains(R"("first":{"type":"integer"})"));
  ApiDocuments documents(interfaces, routes);
  CHECK_THAT(*documents.of(*workspace, ""), Contains("f/x/one") && !Contains("f/x/two"));
  write("two.py");
  bool found = false;
  const TimePoint until = Clock::now() + std::chrono::seconds(20);
  while (!found && Clock::now() < until)
    found = documents.of(*workspace, "")->find("f/x/two") != std::string::npos;
  CHECK(found);
}
