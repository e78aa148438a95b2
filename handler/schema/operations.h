#pragma once
// What a workspace can be asked for, and what it takes.

#include <string>
#include <vector>

#include "handler/schema/interface.h"
#include "handler/schema/security.h"
#include "handler/workspace/http_routes.h"
#include "handler/workspace/workspace.h"

namespace towermill {

enum class AnswersWith { result, job_id, events };

/// One method of one path.
struct Operation {
  std::string path;    // below base_url: "/api/w/demo/jobs/run_wait_result/p/f/x/y"; "{id}" is a parameter
  std::string method;  // in lower case: "post"
  std::string id;      // another for each operation
  std::string summary, description;
  std::string schema;                        // of the JSON in the body; empty: it takes no body
  std::vector<std::string> path_parameters;  // names
  Security security = token_security();
  AnswersWith answer = AnswersWith::result;
};

/// Of every runnable, and of every route in the table that can run something. Reads the whole workspace.
std::vector<Operation> operations_of(const Workspace& workspace, Interfaces& interfaces,
                                     const RouteTable& routes, const HeaderOf& header_of = {});

}  // namespace towermill
