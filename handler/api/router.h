#pragma once
// Which endpoint a request means: its path and method, nothing else. Contract section 1.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "handler/api/job_routes.h"
#include "handler/http/message.h"

namespace towermill {

struct VersionRoute {};  // GET /api/version
struct HealthRoute {};   // GET /api/health/status

enum class Place { root, api };
struct MetricsRoute {  // GET /metrics, GET /api/metrics
  Place place;
};

struct OpenApiRoute {  // GET /api/w/{ws}/openapi.json
  std::string workspace;
};

/// POST /api/users/tokens/create, GET …/list, DELETE …/delete/{prefix}
struct TokensRoute {
  enum class Does { create, list, remove } does;
  std::string prefix = {};  // of the token to remove
};

struct WhoamiRoute {  // GET /api/users/whoami, GET /api/w/{ws}/users/whoami
  std::optional<std::string> workspace;
};

struct WorkspaceExistsRoute {};  // POST /api/workspaces/exists

enum class RunnableBy { path, version };

/// POST, GET /api/w/{ws}/jobs/run_wait_result/p/{path} and …/h/{version}; HEAD answers 200 and runs nothing.
struct RunWaitResultRoute {
  std::string workspace;
  RunnableBy by;
  std::string name;  // the path, or the version: as the caller wrote it
};

/// POST /api/w/{ws}/jobs/run/p/{path} and …/h/{version}; HEAD answers 200 and runs nothing.
struct RunRoute {
  std::string workspace;
  RunnableBy by;
  std::string name;
};

/// POST, GET /api/w/{ws}/jobs/run_and_stream/p/{path} and …/h/{version}
struct RunAndStreamRoute {
  std::string workspace;
  RunnableBy by;
  std::string name;
};

/// ANY /api/r/…: a custom route.
struct CustomRoute {
  std::vector<std::string> segments;  // what follows
};

struct OptionsRoute {        // OPTIONS, on any path; nobody needs a token for it
  std::string_view allowed;  // "GET, HEAD, OPTIONS, POST"
};
struct WrongMethod {
  std::string_view allowed;  // "GET, HEAD, OPTIONS, POST"
};
struct NoRoute {};

using Route = std::variant<VersionRoute, HealthRoute, MetricsRoute, OpenApiRoute, TokensRoute, WhoamiRoute,
                           WorkspaceExistsRoute, RunWaitResultRoute, RunRoute, RunAndStreamRoute, CustomRoute,
                           JobRoute, OptionsRoute, WrongMethod, NoRoute>;

Route find_route(const Request& request);

}  // namespace towermill
