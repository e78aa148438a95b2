#include "handler/api/own_metrics.h"

#include "handler/api/by_token.h"
#include "handler/observe/metrics.h"
#include "handler/reply/errors.h"

namespace towermill {

namespace {

/// Only /metrics can be open: what is below /api is what the web server lets everybody reach.
bool needs_token(const MetricsRoute& route, const Settings& settings) {
  return route.place == Place::api || settings.metrics == MetricsFor::token;
}

Response page(const Services& services) {
  AtPresent present{.load = services.line.load(),
                    .runs_at_once = services.settings.runs_at_once,
                    .ways = {},
                    .process = look_at_own_process()};
  if (services.warm != nullptr) present.ways = services.warm->stats();
  return {200, {{"Content-Type", std::string(metrics_content_type)}}, metrics_page(services.counts, present)};
}

}  // namespace

Endpoint endpoint_of(const Route& route) {
  if (std::holds_alternative<RunWaitResultRoute>(route)) return Endpoint::run;
  if (std::holds_alternative<RunRoute>(route)) return Endpoint::run;
  if (std::holds_alternative<VersionRoute>(route)) return Endpoint::version;
  if (std::holds_alternative<HealthRoute>(route)) return Endpoint::health;
  if (std::holds_alternative<MetricsRoute>(route)) return Endpoint::metrics;
  return Endpoint::other;
}

Response metrics_response(const Request& request, const MetricsRoute& route, const Services& services) {
  if (services.settings.metrics == MetricsFor::nobody)
    return error_response(ServerError::not_found, "there are no metrics here");
  if (needs_token(route, services.settings)) {
    const auto met = meet_with(Permission::read_metrics, request, services);
    if (const auto* refusal = std::get_if<Response>(&met)) return *refusal;
    // They tell of every workspace.
    if (!std::get<Caller>(met).workspace.empty())
      return error_response(ServerError::permission_denied, "the token counts in its workspace only");
  }
  return page(services);
}

}  // namespace towermill
