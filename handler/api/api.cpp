#include "handler/api/api.h"

#include <fmt/format.h>

#include <exception>
#include <utility>
#include <variant>

#include "handler/api/answer.h"
#include "handler/api/cors.h"
#include "handler/api/custom_route.h"
#include "handler/api/job_answer.h"
#include "handler/api/openapi.h"
#include "handler/api/own_metrics.h"
#include "handler/api/router.h"
#include "handler/api/run_async.h"
#include "handler/api/run_stream.h"
#include "handler/api/run_sync.h"
#include "handler/api/users.h"
#include "handler/reply/errors.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

/// In the form of Windmill's, "CE v…", which its clients expect.
Response version() { return text_response(200, "CE v" TOWERMILL_VERSION " (Towermill)"); }

/// Windmill's members; there is no database to be unhealthy, and as many workers as there may be runs.
Response health(const Services& services) {
  const auto load = services.line.load();
  Response response;
  response.headers.push_back({"Content-Type", "application/json"});
  response.body = fmt::format(R"({{"status":"healthy","checked_at":"{}","database_healthy":true,)"
                              R"("workers_alive":{},"running":{},"waiting":{}}})",
                              utc_now(), services.settings.runs_at_once, load.running, load.waiting);
  return response;
}

}  // namespace

void Api::handle(std::unique_ptr<Exchange> exchange) const {
  try {
    dispatch(std::move(exchange));
  } catch (const std::exception& error) {
    services_.log.error("request broken off", {{"why", error.what()}});
  }
}

void Api::dispatch(std::unique_ptr<Exchange> exchange) const {
  const TimePoint arrived = Clock::now();
  const Route route = find_route(exchange->request());
  if (const auto* run = std::get_if<RunWaitResultRoute>(&route))
    return run_and_wait(std::move(exchange), order_of(*run, services_), services_, arrived);
  if (const auto* run = std::get_if<RunRoute>(&route))
    return run_later(std::move(exchange), order_of(*run, services_), services_, arrived);
  if (const auto* run = std::get_if<RunAndStreamRoute>(&route))
    return run_and_stream(std::move(exchange), order_of(*run, services_), services_, arrived);
  if (const auto* job = std::get_if<JobRoute>(&route))
    return answer_about_jobs(std::move(exchange), *job, services_, arrived);
  if (const auto* custom = std::get_if<CustomRoute>(&route))
    return answer_custom_route(std::move(exchange), *custom, services_, arrived);

  Response response = error_response(ServerError::not_found, "there is no such route");
  if (std::holds_alternative<VersionRoute>(route)) response = version();
  if (std::holds_alternative<HealthRoute>(route)) response = health(services_);
  if (const auto* metrics = std::get_if<MetricsRoute>(&route))
    response = metrics_response(exchange->request(), *metrics, services_);
  if (const auto* openapi = std::get_if<OpenApiRoute>(&route))
    response = openapi_response(exchange->request(), *openapi, services_);
  if (const auto* tokens = std::get_if<TokensRoute>(&route))
    response = tokens_response(*exchange, *tokens, services_);
  if (const auto* whoami = std::get_if<WhoamiRoute>(&route))
    response = whoami_response(exchange->request(), *whoami, services_);
  if (std::holds_alternative<WorkspaceExistsRoute>(route))
    response = workspace_exists_response(*exchange, services_);
  if (const auto* options = std::get_if<OptionsRoute>(&route))
    response = options_response(exchange->request(), options->allowed);
  if (const auto* wrong = std::get_if<WrongMethod>(&route))
    response = error_response(ServerError::method_not_allowed, wrong->allowed);
  services_.counts.count_request(endpoint_of(route), response.status);
  answer_and_log(*exchange, std::move(response), {services_.settings.allowed_origins}, arrived,
                 services_.log);
}

}  // namespace towermill
