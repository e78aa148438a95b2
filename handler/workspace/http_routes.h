#pragma once
// The custom routes of all workspaces, as their files are now.

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "handler/workspace/route_table.h"
#include "handler/workspace/trigger_files.h"
#include "handler/workspace/workspace.h"

namespace towermill {

class HttpRoutes {
 public:
  /// Hears, once, of each file that cannot be served: "f/x.http_trigger.yaml:3: …". Called on any thread.
  using Tell = std::function<void(const std::string& workspace, const std::string& why)>;

  HttpRoutes(const std::vector<const Workspace*>& workspaces, Tell tell);

  /// The table of now, the same object as long as nothing has changed. Thread-safe.
  std::shared_ptr<const RouteTable> now();

 private:
  struct Source {
    std::string workspace;
    std::unique_ptr<TriggerFiles> files;
  };
  using Found = std::vector<std::shared_ptr<const Triggers>>;  // of each source

  std::shared_ptr<const RouteTable> make_table(const Found& found) const;
  void tell_of_new(const Found& found) const;

  const Tell tell_;
  std::vector<Source> sources_;
  std::mutex mutex_;
  Found made_of_;
  std::shared_ptr<const RouteTable> table_;
};

/// The routes of one workspace, sorted by path and method; disabled ones are not among them.
std::vector<HttpRoute> routes_of(const RouteTable& table, std::string_view workspace);

}  // namespace towermill
