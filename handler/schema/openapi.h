#pragma once
// What a workspace can be asked for, as an OpenAPI document (OpenAPI 3.1).

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "handler/schema/operations.h"
#include "runner/base/clock.h"

namespace towermill {

/// The document's text, JSON. `base_url` is what callers see before the operations' paths.
std::string openapi_document(std::string_view workspace, std::string_view base_url,
                             const std::vector<Operation>& operations);

/// The documents of the workspaces, each made when it is asked for. Thread-safe.
class ApiDocuments {
 public:
  ApiDocuments(Interfaces& interfaces, HttpRoutes& routes, HeaderOf header_of = {})
      : interfaces_(interfaces), routes_(routes), header_of_(std::move(header_of)) {}

  /// One at a time is made: it reads the whole workspace. One that was made just now is given again, for ten
  /// times as long as it took, so that who asks all the time costs a tenth of a thread.
  std::shared_ptr<const std::string> of(const Workspace& workspace, std::string_view base_url);

 private:
  struct Made {
    std::shared_ptr<const std::string> text;
    TimePoint good_until;
  };
  Interfaces& interfaces_;
  HttpRoutes& routes_;
  const HeaderOf header_of_;
  std::mutex mutex_;
  std::map<std::string, Made, std::less<>> made_;  // by workspace
};

}  // namespace towermill
