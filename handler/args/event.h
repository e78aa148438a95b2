#pragma once
// What a preprocessor is told of a request: all of it, where main is told its args. Windmill's members.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "handler/args/args.h"

namespace towermill {

/// What a custom route adds; the values of its path's parameters are extra args.
struct RouteOfEvent {
  std::string route;         // "orders/:id", as its author wrote it
  std::string path;          // "orders/17", as the caller did
  std::string trigger_path;  // "f/shop/order_route"
};

struct EventAsked {
  std::vector<std::string> parameters;     // of the preprocessor: names
  std::optional<RouteOfEvent> route = {};  // nullopt: a webhook
};

/// The args of the preprocessor, or the response that refuses the request, as of make_args(). A preprocessor
/// with the parameter `wm_trigger` and without `event` is of Windmill's first kind: it takes main's args and
/// that one more.
std::variant<Args, Response> make_event_args(const Request& request, Body body, const Query& query,
                                             const ArgsAsked& asked, const ArgsOptions& options,
                                             const EventAsked& event);

}  // namespace towermill
