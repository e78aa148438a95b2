#include "handler/api/caller.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "handler/api/admission.h"
#include "handler/api/by_token.h"
#include "handler/jobs/options.h"
#include "handler/reply/errors.h"

namespace towermill {

namespace {

std::int64_t unix_time_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Response response_to(const Denied& denied) {
  switch (denied.why) {
    case Denial::no_token:
      return error_response(ServerError::unauthorized);
    case Denial::wrong_key:
      return error_response(ServerError::wrong_key);
    case Denial::wrong_login:
      return error_response(ServerError::wrong_login);
    case Denial::missing_header:
      return error_response(ServerError::signature_missing, denied.detail);
    case Denial::wrong_signature:
      return error_response(ServerError::signature_invalid);
    case Denial::bad_challenge:
      return error_response(ServerError::signature_payload);
    case Denial::unsupported:
      return error_response(ServerError::not_implemented, denied.detail);
    default:
      return error_response(ServerError::internal,
                            "what the route's callers have to know is not set up rightly");
  }
}

class Doorkeeper {
 public:
  Doorkeeper(Exchange& exchange, const RunOrder& order, const Query& query, const Services& services)
      : exchange_(exchange), order_(order), query_(query), services_(services) {
    const auto workspace = services.workspaces.find(order.workspace);
    if (workspace != services.workspaces.end()) root_ = workspace->second.root();
  }

  std::variant<Admitted, Response> ask() {
    // As the web server vouches for it: what a header says of it, anybody can say.
    if (order_.allowed_addresses && !is_among(exchange_.request().remote_address, *order_.allowed_addresses))
      return error_response(ServerError::address_denied);
    if (order_.authentication.method == AuthenticationMethod::windmill) return ask_for_token();
    Access access = decide({});
    std::optional<Body> body;
    if (std::holds_alternative<NeedsBody>(access)) {
      auto received = receive();
      if (auto* refusal = std::get_if<Response>(&received)) return std::move(*refusal);
      body = std::get<Body>(std::move(received));
      access = decide(body->bytes);
    }
    if (auto* answer = std::get_if<Response>(&access)) return std::move(*answer);
    if (const auto* denied = std::get_if<Denied>(&access)) return refuse(*denied);
    return Admitted{{anonymous_name}, std::get<Granted>(std::move(access)), std::move(body)};
  }

 private:
  /// Before anything is looked up: who may not run it is not to learn whether it is there.
  std::variant<Admitted, Response> ask_for_token() const {
    auto met = meet(exchange_.request(), query_, services_, order_.workspace);
    if (auto* refusal = std::get_if<Response>(&met)) return std::move(*refusal);
    auto& caller = std::get<Caller>(met);
    // Which path a version is of will be seen.
    const bool is_seen_later = order_.by == RunnableBy::version && caller.scopes.allow_some_run();
    const std::string path = order_.by == RunnableBy::path ? order_.name : "";
    if (!is_seen_later)
      if (auto refusal = refuse_without(Permission::run_script, caller, path)) return std::move(*refusal);
    return Admitted{std::move(caller)};
  }

  Access decide(std::optional<std::string_view> body) const {
    return services_.access.access_of(order_.authentication,
                                      {exchange_.request(), query_, root_, unix_time_s(), body});
  }

  std::variant<Body, Response> receive() const {
    const auto asked = order_.asked(query_);
    if (!asked) return error_response(ServerError::bad_request, asked.error().message);
    return receive_body(
        exchange_, *asked, Bytes::kept,
        args_options(services_.settings, services_.jobs_dir, services_.uploads, services_.log));
  }

  Response refuse(const Denied& denied) const {
    const std::string path = order_.route ? order_.route->trigger_path : order_.name;
    if (denied.why == Denial::misconfigured)
      services_.log.error("route cannot be served", {{"path", path}, {"why", denied.log}});
    else if (!denied.log.empty())
      services_.log.info("caller refused", {{"path", path}, {"why", denied.log}});
    return response_to(denied);
  }

  Exchange& exchange_;
  const RunOrder& order_;
  const Query& query_;
  const Services& services_;
  std::string root_;
};

}  // namespace

std::variant<Admitted, Response> find_caller(Exchange& exchange, const RunOrder& order, const Query& query,
                                             const Services& services) {
  return Doorkeeper(exchange, order, query, services).ask();
}

Request shown_to_scripts(const Request& request, const Granted& granted) {
  Request shown = request;
  std::erase_if(shown.headers, [&](const Header& header) {
    return std::find(granted.headers.begin(), granted.headers.end(), header.name) != granted.headers.end();
  });
  return shown;
}

}  // namespace towermill
