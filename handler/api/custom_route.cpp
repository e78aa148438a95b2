#include "handler/api/custom_route.h"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "handler/api/answer.h"
#include "handler/api/cors.h"
#include "handler/api/run_async.h"
#include "handler/api/run_stream.h"
#include "handler/api/run_sync.h"
#include "handler/reply/errors.h"
#include "runner/base/json.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

/// What OPTIONS says of a path that nothing answers to, as Windmill does of all.
constexpr std::string_view all_methods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

std::string joined(const std::vector<std::string>& segments) {
  std::string path;
  for (const std::string& segment : segments) path += "/" + segment;
  return path;
}

std::string called(const HttpRoute& route) {
  return route.trigger->file + " of workspace " + route.workspace;
}

/// HEAD is answered for the route that a GET would reach, else for any.
std::optional<ChosenRoute> choose_for(const Request& request, const MatchingRoutes& matching) {
  if (request.method != "HEAD") return choose(matching, request.method);
  if (auto get = choose(matching, "GET")) return get;
  return matching.empty() ? std::nullopt : std::optional(ChosenRoute{matching.front(), nullptr});
}

/// What keeps a route from running anything, whoever calls: a stranger is told of no file.
struct RouteFault {
  std::string_view told;
  std::string details;  // for the log
};

std::optional<RouteFault> fault_of(const ChosenRoute& chosen) {
  const HttpRoute& route = *chosen.route;
  if (chosen.rival != nullptr)
    return RouteFault{"two routes answer to this path",
                      called(route) + ", and " + called(*chosen.rival) + ", answer to this path"};
  if (!route.trigger->fault.empty())
    return RouteFault{"the file of this route is not right", route.trigger->fault};
  if (!route.gives_way_to.empty())
    return RouteFault{"the file of a route is not right, and this path may be that route's",
                      route.gives_way_to + " does not tell its path, which may be this one"};
  return std::nullopt;
}

/// Its names become args, but for what speaks to the server. Wrapping and raw_string are the route's to
/// choose.
Result<std::vector<std::string>> args_of_query(const Query& query, const HttpTrigger& trigger) {
  std::set<std::string> names;
  for (const auto& [name, value] : query.items()) {
    if (name == "raw" || name == "wrap_body")
      return Error{"the query parameter " + name +
                   " is not supported on http routes, set raw_string or wrap_body in the route's file"};
    const bool is_token = name == "token" && trigger.authentication.method == AuthenticationMethod::windmill;
    if (!is_token && name != "include_header") names.insert(name);
  }
  return std::vector<std::string>(names.begin(), names.end());
}

/// What of the request becomes args: body, headers, query and path, the later winning. Error: a 400's
/// sentence.
Result<ArgsAsked> args_asked(const HttpRoute& route, const std::vector<std::string>& segments,
                             const Query& query) {
  auto names = args_of_query(query, *route.trigger);
  if (!names) return names.error();
  ArgsAsked asked;
  asked.wrap = route.trigger->wrap_body ? Wrap::everything : Wrap::non_objects;
  asked.raw = route.trigger->raw_string ? Raw::added : Raw::left_out;
  asked.include_header = names_in_list(query.get("include_header"));
  asked.include_query = std::move(*names);
  for (const auto& [name, value] : parameters_in(route, segments)) {
    if (!is_utf8(value)) return Error{"invalid utf8: the path parameter " + name};
    asked.extra.push_back({name, json_quote(value)});
  }
  return asked;
}

const Texts& origins_of(const HttpRoute& route, const Services& services) {
  const auto& own = route.trigger->allowed_origins;
  return own ? *own : services.settings.allowed_origins;
}

/// One request to a custom route, until its answer or its run.
class RouteCall {
 public:
  RouteCall(std::unique_ptr<Exchange> exchange, const std::vector<std::string>& segments,
            const Services& services, TimePoint arrived)
      : exchange_(std::move(exchange)),
        request_(exchange_->request()),
        segments_(segments),
        services_(services),
        arrived_(arrived) {}

  void see_to() {
    const auto table = services_.routes.now();
    const MatchingRoutes matching = table->matching(segments_);
    if (request_.method == "OPTIONS") return tell_options(matching);
    if (matching.empty()) return answer(error_response(ServerError::route_not_found, joined(segments_)));
    const auto chosen = choose_for(request_, matching);
    if (!chosen) return answer(error_response(ServerError::method_not_allowed, methods_of(matching)));
    origins_ = origins_of(*chosen->route, services_);
    if (const auto fault = fault_of(*chosen)) {
      services_.log.error("route cannot be served",
                          {{"path", chosen->route->trigger->file}, {"why", fault->details}});
      return answer(error_response(ServerError::internal, fault->told));
    }
    run(*chosen->route);
  }

 private:
  void tell_options(const MatchingRoutes& matching) {
    const auto asked_for = choose(matching, request_.header("access-control-request-method"));
    if (asked_for)
      origins_ = origins_of(*asked_for->route, services_);
    else if (!matching.empty())
      origins_ = origins_of(*matching.front(), services_);
    answer(options_response(request_, matching.empty() ? std::string(all_methods) : methods_of(matching)));
  }

  void run(const HttpRoute& route) {
    const HttpTrigger& trigger = *route.trigger;
    const RunOrder order{.workspace = route.workspace,
                         .by = RunnableBy::path,
                         .name = trigger.script_path,
                         .authentication = trigger.authentication,
                         .allowed_addresses = trigger.allowed_addresses,
                         .unsupported = unsupported_in(trigger),
                         .asked = [&](const Query& query) { return args_asked(route, segments_, query); },
                         .query_wishes = QueryWishes::ignored,
                         .route = told_to_preprocessor(trigger),
                         .repeats = trigger.accept_once ? Repeats::told : Repeats::run,
                         .counted_as = Endpoint::route,
                         .origins = std::move(origins_)};
    switch (trigger.request_type) {
      case RequestType::sync:
        return run_and_wait(std::move(exchange_), order, services_, arrived_);
      case RequestType::async:
        return run_later(std::move(exchange_), order, services_, arrived_);
      case RequestType::sync_sse:
        return run_and_stream(std::move(exchange_), order, services_, arrived_);
    }
  }

  RouteOfEvent told_to_preprocessor(const HttpTrigger& trigger) const {
    return {.route = show(trigger.path),
            .path = joined(segments_).substr(1),
            .trigger_path = trigger.file.substr(0, trigger.file.size() - trigger_ending.size())};
  }

  void answer(Response response) {
    services_.counts.count_request(Endpoint::route, response.status);
    answer_and_log(*exchange_, std::move(response), {origins_}, arrived_, services_.log);
  }

  std::unique_ptr<Exchange> exchange_;
  const Request& request_;
  const std::vector<std::string>& segments_;  // below /api/r/
  const Services& services_;
  const TimePoint arrived_;
  Texts origins_ = services_.settings.allowed_origins;
};

}  // namespace

void answer_custom_route(std::unique_ptr<Exchange> exchange, const CustomRoute& path,
                         const Services& services, TimePoint arrived) {
  RouteCall(std::move(exchange), path.segments, services, arrived).see_to();
}

}  // namespace towermill
