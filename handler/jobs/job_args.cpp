#include "handler/jobs/job_args.h"

#include <utility>

#include "handler/reply/errors.h"
#include "handler/schema/check_args.h"

namespace towermill {

std::variant<JobArgs, Response> make_job_args(const Script& script, const Interface& interface,
                                              const Call& call, Body body) {
  const auto& [request, query, asked, options, route] = call;
  const bool preprocesses = interface.preprocessor && asked.preprocess == Preprocess::yes;
  auto made = preprocesses ? make_event_args(request, std::move(body), query, asked, options,
                                             {*interface.preprocessor, route})
                           : make_args(request, std::move(body), query, asked, options);
  if (auto* refusal = std::get_if<Response>(&made)) return std::move(*refusal);
  auto& args = std::get<Args>(made);
  if (!preprocesses && wants_check(script, interface)) {
    if (const auto why = misfit(schema_of_args(script, interface), args.text))
      return error_response(ServerError::invalid_args, *why);
  }
  return JobArgs{std::move(args), preprocesses ? Preprocess::yes : Preprocess::no};
}

}  // namespace towermill
