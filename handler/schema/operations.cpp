#include "handler/schema/operations.h"

#include <utility>
#include <variant>

#include "handler/schema/route_operations.h"

namespace towermill {
namespace {

constexpr std::string_view anything = "{}";

Operation operation_of(const Workspace& workspace, const Script& script, const Interface& interface) {
  Operation operation;
  operation.path = "/api/w/" + workspace.name() + "/jobs/run_wait_result/p/" + script.path;
  operation.method = "post";
  operation.id = script.path;
  operation.summary = script.meta.summary;
  operation.description = script.meta.description;
  // A preprocessor takes whatever the sender sends.
  operation.schema = interface.preprocessor ? std::string(anything) : schema_of_args(script, interface);
  return operation;
}

void add_scripts(const Workspace& workspace, Interfaces& interfaces, std::vector<Operation>& operations) {
  for (const std::string& path : workspace.list()) {
    const auto lookup = workspace.find(path);
    if (const auto* script = std::get_if<std::shared_ptr<const Script>>(&lookup))
      operations.push_back(operation_of(workspace, **script, *interfaces.of(**script)));
  }
}

}  // namespace

std::vector<Operation> operations_of(const Workspace& workspace, Interfaces& interfaces,
                                     const RouteTable& routes, const HeaderOf& header_of) {
  std::vector<Operation> operations;
  add_scripts(workspace, interfaces, operations);
  add_routes(workspace, interfaces, routes, header_of, operations);
  return operations;
}

}  // namespace towermill
