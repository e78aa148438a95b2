#include "handler/api/router.h"

#include <algorithm>
#include <initializer_list>

namespace towermill {

namespace {

using Segments = std::vector<std::string>;

bool matches(const Segments& segments, std::initializer_list<std::string_view> expected) {
  return std::equal(segments.begin(), segments.end(), expected.begin(), expected.end());
}

/// /api/w/{ws}/jobs/{verb}/p/{path}: all that follows, with its slashes; …/h/{version}: one segment.
bool is_run(const Segments& segments, std::string_view verb) {
  return segments.size() >= 7 && segments[0] == "api" && segments[1] == "w" && segments[3] == "jobs" &&
         segments[4] == verb && (segments[5] == "p" || (segments[5] == "h" && segments.size() == 7));
}

std::string join_from(const Segments& segments, std::size_t first) {
  std::string path = segments[first];
  for (std::size_t i = first + 1; i < segments.size(); ++i) path += "/" + segments[i];
  return path;
}

constexpr std::string_view methods_of_runs = "GET, HEAD, OPTIONS, POST";
constexpr std::string_view methods_of_async_runs = "HEAD, OPTIONS, POST";
constexpr std::string_view methods_of_reads = "GET, HEAD, OPTIONS";
constexpr std::string_view methods_of_deeds = "OPTIONS, POST";
constexpr std::string_view methods_of_removals = "DELETE, OPTIONS";

bool is_read(const std::string& method) { return method == "GET" || method == "HEAD"; }

RunnableBy by_what(const Segments& segments) {
  return segments[5] == "h" ? RunnableBy::version : RunnableBy::path;
}

/// Tokens, and who has one.
Route route_of_users(const Segments& segments) {
  using Does = TokensRoute::Does;
  if (matches(segments, {"api", "users", "tokens", "create"})) return TokensRoute{Does::create};
  if (matches(segments, {"api", "users", "tokens", "list"})) return TokensRoute{Does::list};
  if (segments.size() == 5 &&
      matches({segments.begin(), segments.end() - 1}, {"api", "users", "tokens", "delete"}))
    return TokensRoute{Does::remove, segments[4]};
  if (matches(segments, {"api", "users", "whoami"})) return WhoamiRoute{};
  if (segments.size() == 5 && matches(segments, {"api", "w", segments[2], "users", "whoami"}))
    return WhoamiRoute{segments[2]};
  if (matches(segments, {"api", "workspaces", "exists"})) return WorkspaceExistsRoute{};
  return NoRoute{};
}

std::string_view methods_of(const Route& route) {
  if (std::holds_alternative<WorkspaceExistsRoute>(route)) return methods_of_deeds;
  const auto* tokens = std::get_if<TokensRoute>(&route);
  if (tokens == nullptr || tokens->does == TokensRoute::Does::list) return methods_of_reads;
  return tokens->does == TokensRoute::Does::create ? methods_of_deeds : methods_of_removals;
}

/// Whether it is one of "GET, HEAD, OPTIONS".
bool takes(std::string_view methods, const std::string& method) {
  return (", " + std::string(methods) + ",").find(", " + method + ",") != std::string::npos;
}

/// What the server tells of itself.
Route own_route(const Segments& segments) {
  if (matches(segments, {"api", "version"})) return VersionRoute{};
  if (matches(segments, {"api", "health", "status"})) return HealthRoute{};
  if (matches(segments, {"api", "metrics"})) return MetricsRoute{Place::api};
  if (matches(segments, {"metrics"})) return MetricsRoute{Place::root};
  if (segments.size() == 4 && segments[0] == "api" && segments[1] == "w" && segments[3] == "openapi.json")
    return OpenApiRoute{segments[2]};
  return route_of_users(segments);
}

}  // namespace

Route find_route(const Request& request) {
  const Segments& segments = request.segments;
  if (segments.size() > 2 && segments[0] == "api" && segments[1] == "r")
    return CustomRoute{{segments.begin() + 2, segments.end()}};
  const bool asks = request.method == "OPTIONS";
  if (is_run(segments, "run")) {
    if (asks) return OptionsRoute{methods_of_async_runs};
    if (request.method != "HEAD" && request.method != "POST") return WrongMethod{methods_of_async_runs};
    return RunRoute{segments[2], by_what(segments), join_from(segments, 6)};
  }
  if (is_run(segments, "run_wait_result")) {
    if (asks) return OptionsRoute{methods_of_runs};
    if (!is_read(request.method) && request.method != "POST") return WrongMethod{methods_of_runs};
    return RunWaitResultRoute{segments[2], by_what(segments), join_from(segments, 6)};
  }
  if (is_run(segments, "run_and_stream")) {
    if (asks) return OptionsRoute{methods_of_runs};
    if (!takes(methods_of_runs, request.method)) return WrongMethod{methods_of_runs};
    return RunAndStreamRoute{segments[2], by_what(segments), join_from(segments, 6)};
  }
  if (auto job = find_job_route(segments)) {
    if (asks) return OptionsRoute{job->methods};
    if (!takes(job->methods, request.method)) return WrongMethod{job->methods};
    return std::move(*job);
  }
  const Route found = own_route(segments);
  const bool known = !std::holds_alternative<NoRoute>(found);
  if (asks) return OptionsRoute{known ? methods_of(found) : methods_of_runs};
  if (known && !takes(methods_of(found), request.method)) return WrongMethod{methods_of(found)};
  return found;
}

}  // namespace towermill
