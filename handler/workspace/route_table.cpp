#include "handler/workspace/route_table.h"

#include <algorithm>
#include <map>
#include <set>

namespace towermill {

namespace {

using Segments = std::vector<std::string>;

std::size_t without_slashes_at_end(const Segments& segments) {
  std::size_t count = segments.size();
  while (count > 0 && segments[count - 1].empty()) --count;
  return count;
}

std::string joined(const Segments& segments, std::size_t first, std::size_t end) {
  std::string text;
  for (std::size_t i = first; i < end; ++i) text += (i == first ? "" : "/") + segments[i];
  return text;
}

bool is_dots(const std::string& segment) { return segment == "." || segment == ".."; }

bool share_a_method(const HttpRoute& a, const HttpRoute& b) {
  return a.trigger->method.empty() || b.takes(a.trigger->method);
}

}  // namespace

HttpRoute make_route(const std::string& workspace, std::shared_ptr<const HttpTrigger> trigger) {
  RoutePattern path;
  if (trigger->workspaced) path.push_back({PartKind::fixed, workspace});
  path.insert(path.end(), trigger->path.begin(), trigger->path.end());
  return {.workspace = workspace, .trigger = std::move(trigger), .path = std::move(path)};
}

/// One part of a path, and what may follow it.
struct RouteTable::Node {
  std::map<std::string, Node, std::less<>> fixed;
  std::unique_ptr<Node> parameter;
  MatchingRoutes rest, end;

  /// As deep as the longest route.
  void collect(const Segments& segments, std::size_t at, std::size_t count, MatchingRoutes& found) const {
    if (at == count) {
      found.insert(found.end(), end.begin(), end.end());
      return;
    }
    if (const auto next = fixed.find(segments[at]); next != fixed.end())
      next->second.collect(segments, at + 1, count, found);
    if (parameter && !segments[at].empty()) parameter->collect(segments, at + 1, count, found);
    found.insert(found.end(), rest.begin(), rest.end());
  }
};

RouteTable::RouteTable(std::vector<HttpRoute> routes)
    : routes_(std::move(routes)), top_(std::make_unique<Node>()) {
  for (const HttpRoute& route : routes_) add(route);
}

RouteTable::~RouteTable() = default;

void RouteTable::add(const HttpRoute& route) {
  Node* node = top_.get();
  for (const RoutePart& part : route.path) {
    if (part.kind == PartKind::rest) return node->rest.push_back(&route);
    if (part.kind == PartKind::fixed) {
      node = &node->fixed[part.text];
    } else {
      if (!node->parameter) node->parameter = std::make_unique<Node>();
      node = node->parameter.get();
    }
  }
  node->end.push_back(&route);
}

MatchingRoutes RouteTable::matching(const Segments& segments) const {
  MatchingRoutes found;
  // No browser sends them, and a script may make a file's name of what it is given.
  if (std::any_of(segments.begin(), segments.end(), is_dots)) return found;
  top_->collect(segments, 0, without_slashes_at_end(segments), found);
  return found;
}

std::vector<std::pair<const HttpRoute*, const HttpRoute*>> RouteTable::conflicts() const {
  std::vector<std::pair<const HttpRoute*, const HttpRoute*>> found;
  for (auto a = routes_.begin(); a != routes_.end(); ++a)
    for (auto b = a + 1; b != routes_.end(); ++b)
      if (share_a_method(*a, *b) && are_equals(a->path, b->path)) found.emplace_back(&*a, &*b);
  return found;
}

std::optional<ChosenRoute> choose(const MatchingRoutes& matching, std::string_view method) {
  ChosenRoute chosen{nullptr, nullptr};
  for (const HttpRoute* route : matching) {
    if (!route->takes(method)) continue;
    if (chosen.route == nullptr)
      chosen.route = route;
    else if (are_equals(chosen.route->path, route->path))
      return ChosenRoute{chosen.route, route};
  }
  return chosen.route == nullptr ? std::nullopt : std::optional(chosen);
}

std::string methods_of(const MatchingRoutes& matching) {
  std::set<std::string> methods = {"HEAD", "OPTIONS"};
  for (const HttpRoute* route : matching)
    if (!route->trigger->method.empty()) methods.insert(route->trigger->method);
  std::string text;
  for (const std::string& method : methods) text += (text.empty() ? "" : ", ") + method;
  return text;
}

std::vector<std::pair<std::string, std::string>> parameters_in(const HttpRoute& route,
                                                               const Segments& segments) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (std::size_t i = 0; i < route.path.size(); ++i) {
    const auto& [kind, name] = route.path[i];
    if (kind == PartKind::parameter) parameters.emplace_back(name, segments[i]);
    if (kind == PartKind::rest)
      parameters.emplace_back(name, joined(segments, i, without_slashes_at_end(segments)));
  }
  return parameters;
}

}  // namespace towermill
