#include "handler/workspace/http_routes.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace towermill {

namespace {

/// What keeps the file from being served; "" where nothing does.
std::string fault_in(const TriggerFile& file) {
  return file.trigger.ok() ? file.trigger.value().fault : file.trigger.error().message;
}

bool was_there(const std::shared_ptr<const TriggerFile>& file, const Triggers& before) {
  return std::find(before.begin(), before.end(), file) != before.end();
}

/// The first that does not tell which path it answers to; "": all do.
std::string file_without_path(const Triggers& triggers) {
  const auto found =
      std::find_if(triggers.begin(), triggers.end(), [](const auto& file) { return !file->trigger.ok(); });
  return found == triggers.end() ? "" : (*found)->file;
}

/// Whether another route may be an exception from this one, and a guarded one: files/private/* of files/*.
bool may_lose_to_another(const HttpRoute& route) {
  const bool wide = std::any_of(route.path.begin(), route.path.end(),
                                [](const RoutePart& part) { return part.kind != PartKind::fixed; });
  return wide && route.trigger->authentication.method != AuthenticationMethod::windmill;
}

}  // namespace

HttpRoutes::HttpRoutes(const std::vector<const Workspace*>& workspaces, Tell tell) : tell_(std::move(tell)) {
  for (const Workspace* workspace : workspaces)
    sources_.push_back({workspace->name(), std::make_unique<TriggerFiles>(workspace->root())});
}

std::shared_ptr<const RouteTable> HttpRoutes::now() {
  Found found;
  for (const Source& source : sources_) found.push_back(source.files->now());
  const std::lock_guard lock(mutex_);
  if (!table_ || found != made_of_) {
    tell_of_new(found);
    table_ = make_table(found);
    made_of_ = std::move(found);
  }
  return table_;
}

std::shared_ptr<const RouteTable> HttpRoutes::make_table(const Found& found) const {
  std::vector<HttpRoute> routes;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::string without_path = file_without_path(*found[i]);
    for (const auto& file : *found[i]) {
      if (!file->trigger.ok() || file->trigger.value().mode == TriggerMode::disabled) continue;
      // The trigger lives as long as its file.
      HttpRoute& route =
          routes.emplace_back(make_route(sources_[i].workspace, {file, &file->trigger.value()}));
      if (may_lose_to_another(route)) route.gives_way_to = without_path;
    }
  }
  return std::make_shared<const RouteTable>(std::move(routes));
}

void HttpRoutes::tell_of_new(const Found& found) const {
  static const Triggers none;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const Triggers& before = made_of_.empty() ? none : *made_of_[i];
    if (&before == found[i].get()) continue;
    for (const auto& file : *found[i])
      if (const std::string fault = fault_in(*file); !fault.empty() && !was_there(file, before))
        tell_(sources_[i].workspace, fault);
  }
}

std::vector<HttpRoute> routes_of(const RouteTable& table, std::string_view workspace) {
  std::vector<HttpRoute> routes;
  for (const HttpRoute& route : table.all())
    if (route.workspace == workspace) routes.push_back(route);
  std::sort(routes.begin(), routes.end(), [](const HttpRoute& a, const HttpRoute& b) {
    return std::make_tuple(show(a.path), a.trigger->method) <
           std::make_tuple(show(b.path), b.trigger->method);
  });
  return routes;
}

}  // namespace towermill
