#include "handler/api/by_token.h"

#include <utility>

#include "handler/auth/presented.h"
#include "handler/reply/errors.h"

namespace towermill {

namespace {

/// Right tokens never come here: what slows a guesser slows nobody beside it.
Response refuse_wrong(const std::string& token, const Request& request, const Services& services) {
  if (token.empty()) return error_response(ServerError::unauthorized);
  const std::int64_t wait_s = services.wrong_tokens.count(request.remote_address, Clock::now());
  if (wait_s == 0) return error_response(ServerError::unauthorized);
  return error_response(ServerError::wrong_tokens, std::to_string(wait_s));
}

}  // namespace

std::variant<Caller, Response> meet(const Request& request, const Query& query, const Services& services,
                                    const std::string& workspace) {
  const std::string token = presented_token(request, query, services.settings.base_url);
  Who who = services.tokens.who(token);
  if (const auto* unknown = std::get_if<Unknown>(&who))
    return *unknown == Unknown::for_now ? error_response(ServerError::tokens_unreadable)
                                        : refuse_wrong(token, request, services);
  Caller& caller = std::get<Caller>(who);
  if (!workspace.empty() && !caller.counts_in(workspace)) return error_response(ServerError::unauthorized);
  return std::move(caller);
}

std::optional<Response> refuse_without(Permission wanted, const Caller& caller, std::string_view path) {
  const std::string missing = missing_scope(caller.scopes, wanted, path);
  if (missing.empty()) return std::nullopt;
  return error_response(ServerError::permission_denied, "Required scope: " + missing);
}

std::variant<Caller, Response> meet_with(Permission wanted, const Request& request, const Services& services,
                                         const std::string& workspace) {
  const auto query = Query::parse(request.query);
  if (!query) return error_response(ServerError::bad_request, query.error().message);
  auto met = meet(request, *query, services, workspace);
  if (const auto* caller = std::get_if<Caller>(&met))
    if (auto refusal = refuse_without(wanted, *caller)) return std::move(*refusal);
  return met;
}

}  // namespace towermill
