#include "handler/api/users.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "handler/api/by_token.h"
#include "handler/api/small_body.h"
#include "handler/auth/new_token.h"
#include "handler/reply/errors.h"
#include "runner/base/rfc3339.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr long tokens_on_a_page = 100, most_on_a_page = 1000, last_page = 1'000'000;

Response json_response(std::string body) {
  return {200, {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}}, std::move(body)};
}

Response store_failed(const std::string& why, const Services& services) {
  services.log.error("tokens cannot be read or written", {{"why", why}});
  return error_response(ServerError::internal,
                        "the tokens cannot be read or written; the server's log says why");
}

std::string quoted_list(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ",") + json_quote(text);
  return "[" + list + "]";
}

// --- Making one ------------------------------------------------------------------------------------------

Result<std::vector<std::string>> strings_in(const JsonMember& member) {
  std::vector<std::string> texts;
  const auto array = parse_json(member.raw);
  if (!array || array->kind != JsonKind::array) return Error{member.key + " must be an array of strings"};
  for (const JsonMember& text : array->members) {
    if (text.kind != JsonKind::string) return Error{member.key + " must be an array of strings"};
    texts.push_back(json_unquote(text.raw));
  }
  return texts;
}

/// One key of the body. Error: it is not as it must be, or unknown: a slip in "scopes" is not to make a token
/// that may do everything.
Result<void> take_key(const JsonMember& member, NewToken& wanted) {
  if (member.kind == JsonKind::null) return {};
  if (member.key == "scopes") {
    auto scopes = strings_in(member);
    if (!scopes) return scopes.error();
    wanted.scopes = std::move(*scopes);
    return {};
  }
  if (member.key == "read_only") {
    if (member.raw == "false") return {};
    return Error{"read_only tokens are not supported: give it scopes that read, as scripts:read"};
  }
  if (member.key != "label" && member.key != "expiration" && member.key != "workspace_id")
    return Error{"there is no " + printable(member.key) + " of a token"};
  if (member.kind != JsonKind::string) return Error{member.key + " must be a string"};
  const std::string text = json_unquote(member.raw);
  if (member.key == "label") wanted.label = text;
  if (member.key == "workspace_id") wanted.workspace = text;
  if (member.key != "expiration") return {};
  wanted.expires_s = from_rfc3339(text);
  if (!wanted.expires_s) return Error{"expiration must be as 2030-01-31T12:00:00Z"};
  return {};
}

Response create(Exchange& exchange, const Caller& caller, const Services& services) {
  std::string text;
  const auto body = read_object(exchange, text);
  if (const auto* refusal = std::get_if<Response>(&body)) return *refusal;
  NewToken wanted;
  for (const JsonMember& member : std::get<JsonValue>(body).members)
    if (const auto taken = take_key(member, wanted); !taken)
      return error_response(ServerError::bad_request, taken.error().message);
  if (!wanted.workspace.empty() && !services.workspaces.contains(wanted.workspace))
    return error_response(ServerError::bad_request, "workspace_id names no workspace");
  const auto made = make_token(caller, wanted, *services.tokens.store());
  if (const auto* token = std::get_if<std::string>(&made)) {
    Response response = text_response(201, *token);
    response.headers.push_back({"Cache-Control", "no-store"});
    return response;
  }
  const auto& refused = std::get<Refused>(made);
  if (refused.why == Refused::store) return store_failed(refused.message, services);
  return error_response(
      refused.why == Refused::wrong ? ServerError::bad_request : ServerError::permission_denied,
      refused.message);
}

// --- Listing and revoking --------------------------------------------------------------------------------

/// Windmill's members. One that was never used says when it was made.
std::string to_json(const TokenRow& row) {
  std::string json = fmt::format(
      R"({{"token_prefix":{},"created_at":"{}","last_used_at":"{}","read_only":false)",
      json_quote(row.prefix), to_rfc3339(row.created_s), to_rfc3339(row.last_used_s.value_or(row.created_s)));
  if (!row.label.empty()) json += ",\"label\":" + json_quote(row.label);
  if (row.expires_s) json += ",\"expiration\":\"" + to_rfc3339(*row.expires_s) + "\"";
  if (!row.scopes.allow_everything()) json += ",\"scopes\":" + quoted_list(row.scopes.texts());
  if (!row.workspace.empty()) json += ",\"workspace_id\":" + json_quote(row.workspace);
  return json + "}";
}

Response list(const Request& request, const Caller& caller, const Services& services) {
  const auto query = Query::parse(request.query);
  const auto page = query ? query->integer("page") : query.error();
  const auto per_page = query ? query->integer("per_page") : query.error();
  if (!page || !per_page)
    return error_response(ServerError::bad_request, (page ? per_page : page).error().message);
  const long most = std::clamp(per_page->value_or(tokens_on_a_page), 1L, most_on_a_page);
  const long skip = (std::clamp(page->value_or(1), 1L, last_page) - 1) * most;
  const auto rows = services.tokens.store()->list(caller.workspace, skip, most);
  if (!rows) return store_failed(rows.error().message, services);
  std::string json;
  for (const TokenRow& row : *rows) json += (json.empty() ? "" : ",") + to_json(row);
  return json_response("[" + json + "]");
}

/// Of what is another workspace's it says as little as of what is not there.
Response remove(const std::string& prefix, const Caller& caller, const Services& services) {
  const Response none = error_response(ServerError::not_found, "there is no token of this prefix");
  TokenStore& store = *services.tokens.store();
  const auto found = store.find_by_prefix(prefix);
  if (!found) return store_failed(found.error().message, services);
  if (!*found || !caller.counts_in((*found)->workspace)) return none;
  if (!(*found)->scopes.within(caller.scopes))
    return error_response(ServerError::permission_denied, "that token is wider than the one that asks");
  const auto removed = store.remove(prefix);
  if (!removed) return store_failed(removed.error().message, services);
  if (!*removed) return none;  // another request was first
  return text_response(200, "deleted the token with prefix " + prefix);
}

// --- Who one is ------------------------------------------------------------------------------------------

std::string email_of(const Caller& caller) { return caller.name + "@towermill.local"; }

bool is_admin(const Caller& caller) { return caller.scopes.allow_everything(); }

std::string of_the_server(const Caller& caller) {
  const std::string workspace =
      caller.workspace.empty() ? "" : ",\"workspace_id\":" + json_quote(caller.workspace);
  return fmt::format(
      R"({{"email":{},"username":{},"login_type":"password","super_admin":{},"devops":false,"verified":true,)"
      R"("operator_only":false,"first_time_user":false,"role_source":"manual","disabled":false{}}})",
      json_quote(email_of(caller)), json_quote(caller.name), is_admin(caller) && caller.workspace.empty(),
      workspace);
}

std::string of_workspace(const Caller& caller, const std::string& workspace) {
  return fmt::format(
      R"({{"workspace_id":{},"email":{},"username":{},"is_admin":{},"is_super_admin":{},)"
      R"("created_at":"1970-01-01T00:00:00Z","operator":false,"disabled":false,"groups":["all"],)"
      R"("folders":[],"folders_read":[],"folders_owners":[]}})",
      json_quote(workspace), json_quote(email_of(caller)), json_quote(caller.name), is_admin(caller),
      is_admin(caller) && caller.workspace.empty());
}

}  // namespace

Response tokens_response(Exchange& exchange, const TokensRoute& route, const Services& services) {
  const bool reads = route.does == TokensRoute::Does::list;
  const auto met =
      meet_with(reads ? Permission::read_tokens : Permission::write_tokens, exchange.request(), services);
  if (const auto* refusal = std::get_if<Response>(&met)) return *refusal;
  const Caller& caller = std::get<Caller>(met);
  switch (route.does) {
    case TokensRoute::Does::create:
      return create(exchange, caller, services);
    case TokensRoute::Does::list:
      return list(exchange.request(), caller, services);
    default:
      return remove(route.prefix, caller, services);
  }
}

Response whoami_response(const Request& request, const WhoamiRoute& route, const Services& services) {
  const auto met = meet_with(Permission::be_known, request, services, route.workspace.value_or(""));
  if (const auto* refusal = std::get_if<Response>(&met)) return *refusal;
  const Caller& caller = std::get<Caller>(met);
  if (!route.workspace) return json_response(of_the_server(caller));
  if (!services.workspaces.contains(*route.workspace))
    return error_response(ServerError::not_found, "there is no such workspace");
  return json_response(of_workspace(caller, *route.workspace));
}

Response workspace_exists_response(Exchange& exchange, const Services& services) {
  const auto met = meet_with(Permission::be_known, exchange.request(), services);
  if (const auto* refusal = std::get_if<Response>(&met)) return *refusal;
  std::string text;
  const auto body = read_object(exchange, text);
  if (const auto* refusal = std::get_if<Response>(&body)) return *refusal;
  const JsonMember* id = std::get<JsonValue>(body).find("id");
  if (id == nullptr || id->kind != JsonKind::string)
    return error_response(ServerError::bad_request, "id must be a string");
  const std::string workspace = json_unquote(id->raw);
  const bool exists = std::get<Caller>(met).counts_in(workspace) && services.workspaces.contains(workspace);
  return json_response(exists ? "true" : "false");
}

}  // namespace towermill
