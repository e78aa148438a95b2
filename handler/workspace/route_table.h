#pragma once
// All custom routes at one moment, and which of them a path means.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "handler/workspace/http_trigger.h"

namespace towermill {

struct HttpRoute {
  std::string workspace;
  std::shared_ptr<const HttpTrigger> trigger;
  RoutePattern path;  // below /api/r/, with the workspace's name where that stands before it
  /// A file of its workspace that tells no path, and might have more right to what this route matches: it
  /// answers nothing until that is known. Empty: there is none.
  std::string gives_way_to = {};

  /// Whether it answers to that method.
  bool takes(std::string_view method) const { return trigger->method.empty() || trigger->method == method; }
};

HttpRoute make_route(const std::string& workspace, std::shared_ptr<const HttpTrigger> trigger);

/// In the order in which they count: at the first part where two differ, a fixed segment before a parameter
/// before the rest.
using MatchingRoutes = std::vector<const HttpRoute*>;

class RouteTable {
 public:
  explicit RouteTable(std::vector<HttpRoute> routes);
  RouteTable(const RouteTable&) = delete;
  RouteTable& operator=(const RouteTable&) = delete;
  ~RouteTable();

  /// In the order in which they were given.
  const std::vector<HttpRoute>& all() const { return routes_; }

  /// Those of every method that match the segments of a path below /api/r/; slashes at its end do not count,
  /// and one with a segment "." or ".." matches nothing.
  /// They live as long as the table.
  MatchingRoutes matching(const std::vector<std::string>& segments) const;

  /// Each two of a method that could match the same path with equal right: neither is served there.
  std::vector<std::pair<const HttpRoute*, const HttpRoute*>> conflicts() const;

 private:
  struct Node;
  void add(const HttpRoute& route);

  std::vector<HttpRoute> routes_;
  std::unique_ptr<Node> top_;
};

struct ChosenRoute {
  const HttpRoute* route;
  const HttpRoute* rival;  // has the same right to the request; nullptr: none has
};
/// nullopt: none takes that method.
std::optional<ChosenRoute> choose(const MatchingRoutes& matching, std::string_view method);

/// "GET, HEAD, OPTIONS, POST": what can be asked of a path; HEAD and OPTIONS of any.
std::string methods_of(const MatchingRoutes& matching);

/// The parameters' names and values in a path that the route matches.
std::vector<std::pair<std::string, std::string>> parameters_in(const HttpRoute& route,
                                                               const std::vector<std::string>& segments);

}  // namespace towermill
