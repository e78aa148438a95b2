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
  route.needs_token = false;
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
  for (int i = 0; i < 10'000 && !found; ++i)
    found = documents.of(*workspace, "")->find("f/x/two") != std::string::npos;
  CHECK(found);
}
