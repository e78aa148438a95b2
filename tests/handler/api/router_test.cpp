#include "handler/api/router.h"

#include <catch2/catch.hpp>

#include "runner/base/text.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

Route route(const std::string& method, const std::string& path) {
  Request request;
  request.method = method;
  request.segments = split(path, '/');
  return find_route(request);
}

}  // namespace

TEST_CASE("A sync run is addressed by workspace and path, with POST and GET") {
  for (const char* method : {"POST", "GET", "HEAD"}) {
    const Route found = route(method, "api/w/demo/jobs/run_wait_result/p/f/x/y");
    REQUIRE(std::holds_alternative<RunWaitResultRoute>(found));
    CHECK(std::get<RunWaitResultRoute>(found).by == RunnableBy::path);
    CHECK(std::get<RunWaitResultRoute>(found).workspace == "demo");
    CHECK(std::get<RunWaitResultRoute>(found).name == "f/x/y");
  }
}

TEST_CASE("A sync run is addressed by version too") {
  for (const char* method : {"POST", "GET", "HEAD"}) {
    const Route found = route(method, "api/w/demo/jobs/run_wait_result/h/0123456789abcdef");
    REQUIRE(std::holds_alternative<RunWaitResultRoute>(found));
    CHECK(std::get<RunWaitResultRoute>(found).by == RunnableBy::version);
    CHECK(std::get<RunWaitResultRoute>(found).workspace == "demo");
    CHECK(std::get<RunWaitResultRoute>(found).name == "0123456789abcdef");
  }
}

TEST_CASE("A job that runs later is asked for with POST alone") {
  for (const char* method : {"POST", "HEAD"}) {
    const Route found = route(method, "api/w/demo/jobs/run/p/f/x/y");
    REQUIRE(std::holds_alternative<RunRoute>(found));
    CHECK(std::get<RunRoute>(found).by == RunnableBy::path);
    CHECK(std::get<RunRoute>(found).workspace == "demo");
    CHECK(std::get<RunRoute>(found).name == "f/x/y");
  }
  CHECK(std::get<RunRoute>(route("POST", "api/w/demo/jobs/run/h/0123456789abcdef")).by ==
        RunnableBy::version);
  CHECK(std::get<WrongMethod>(route("GET", "api/w/demo/jobs/run/p/f/x/y")).allowed == "HEAD, OPTIONS, POST");
  CHECK(std::get<OptionsRoute>(route("OPTIONS", "api/w/demo/jobs/run/p/f/x/y")).allowed ==
        "HEAD, OPTIONS, POST");
}

TEST_CASE("A run that is heard while it lasts is addressed as one that is waited for") {
  for (const char* method : {"POST", "GET", "HEAD"})
    CHECK(std::get<RunAndStreamRoute>(route(method, "api/w/demo/jobs/run_and_stream/p/f/x/y")).name ==
          "f/x/y");
  CHECK(std::get<RunAndStreamRoute>(route("POST", "api/w/demo/jobs/run_and_stream/h/0123456789abcdef")).by ==
        RunnableBy::version);
  CHECK(std::get<WrongMethod>(route("PUT", "api/w/demo/jobs/run_and_stream/p/f/x/y")).allowed ==
        "GET, HEAD, OPTIONS, POST");
}

TEST_CASE("Empty segments stay in the path, where they lead nowhere") {
  const Route found = route("POST", "api/w/demo/jobs/run_wait_result/p/f//y");
  CHECK(std::get<RunWaitResultRoute>(found).name == "f//y");
}

TEST_CASE("A known path with the wrong method says what it takes") {
  CHECK(std::get<WrongMethod>(route("PUT", "api/w/demo/jobs/run_wait_result/p/f/x/y")).allowed ==
        "GET, HEAD, OPTIONS, POST");
  CHECK(std::get<WrongMethod>(route("PUT", "api/w/demo/jobs/run_wait_result/h/0123456789abcdef")).allowed ==
        "GET, HEAD, OPTIONS, POST");
  CHECK(std::get<WrongMethod>(route("POST", "api/version")).allowed == "GET, HEAD, OPTIONS");
}

TEST_CASE("OPTIONS is answered on every path, with what it takes") {
  const auto allowed = [](const std::string& path) {
    return std::get<OptionsRoute>(route("OPTIONS", path)).allowed;
  };
  CHECK(allowed("api/w/demo/jobs/run_wait_result/p/f/x/y") == "GET, HEAD, OPTIONS, POST");
  CHECK(allowed("api/version") == "GET, HEAD, OPTIONS");
  CHECK(allowed("api/nothing") == "GET, HEAD, OPTIONS, POST");
  CHECK(allowed("") == "GET, HEAD, OPTIONS, POST");
}

TEST_CASE("The routes of the server itself") {
  CHECK(std::holds_alternative<VersionRoute>(route("GET", "api/version")));
  CHECK(std::holds_alternative<HealthRoute>(route("GET", "api/health/status")));
  CHECK(std::get<MetricsRoute>(route("GET", "api/metrics")).place == Place::api);
  CHECK(std::get<MetricsRoute>(route("HEAD", "metrics")).place == Place::root);
  CHECK(std::get<WrongMethod>(route("POST", "metrics")).allowed == "GET, HEAD, OPTIONS");
}

TEST_CASE("Anything else is no route") {
  for (const char* path :
       {"", "api", "api/version/x", "api/w/demo/jobs/run_wait_result/p", "api/w/demo/jobs/run_wait_result/h",
        "api/w/demo/jobs/run_wait_result/h/x/y", "w/demo/jobs", "API/version"})
    CHECK(std::holds_alternative<NoRoute>(route("GET", path)));
}

TEST_CASE("A workspace's document is read, and never written") {
  CHECK(std::get<OpenApiRoute>(route("GET", "api/w/demo/openapi.json")).workspace == "demo");
  CHECK(std::get<WrongMethod>(route("POST", "api/w/demo/openapi.json")).allowed == "GET, HEAD, OPTIONS");
  CHECK(std::holds_alternative<NoRoute>(route("GET", "api/w/demo/openapi")));
}

TEST_CASE("The routes of tokens and of who has one") {
  using Does = TokensRoute::Does;
  CHECK(std::get<TokensRoute>(route("POST", "api/users/tokens/create")).does == Does::create);
  CHECK(std::get<TokensRoute>(route("GET", "api/users/tokens/list")).does == Does::list);
  CHECK(std::get<TokensRoute>(route("DELETE", "api/users/tokens/delete/abc")).prefix == "abc");
  CHECK_FALSE(std::get<WhoamiRoute>(route("GET", "api/users/whoami")).workspace);
  CHECK(std::get<WhoamiRoute>(route("GET", "api/w/demo/users/whoami")).workspace == "demo");
  CHECK(std::holds_alternative<WorkspaceExistsRoute>(route("POST", "api/workspaces/exists")));
  CHECK(std::get<WrongMethod>(route("GET", "api/users/tokens/create")).allowed == "OPTIONS, POST");
  CHECK(std::get<WrongMethod>(route("POST", "api/users/tokens/delete/abc")).allowed == "DELETE, OPTIONS");
  CHECK(std::holds_alternative<NoRoute>(route("DELETE", "api/users/tokens/delete/a/b")));
  CHECK(std::holds_alternative<NoRoute>(route("DELETE", "api/users/tokens/delete")));
}
