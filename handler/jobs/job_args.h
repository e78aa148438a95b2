#pragma once
// What a job of a script is called with: the args of main, checked if the script asks for that, or those of
// its preprocessor.

#include <optional>
#include <string>
#include <variant>

#include "handler/args/event.h"
#include "handler/schema/interface.h"

namespace towermill {

struct JobArgs {
  Args args;
  Preprocess preprocess = Preprocess::no;
};

/// A request, its body aside. Refers to all of it.
struct Call {
  const Request& request;
  const Query& query;
  const ArgsAsked& asked;
  const ArgsOptions& options;
  std::optional<RouteOfEvent> route = {};  // nullopt: a webhook
};

/// The args, or the response that refuses the request. What a preprocessor returns is checked by nobody.
std::variant<JobArgs, Response> make_job_args(const Script& script, const Interface& interface,
                                              const Call& call, Body body);

}  // namespace towermill
