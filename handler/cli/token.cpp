#include <fmt/core.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "handler/auth/new_token.h"
#include "handler/cli/commands.h"
#include "handler/cli/state.h"
#include "runner/base/rfc3339.h"

namespace towermill {

namespace {

int complain(const std::string& message) {
  fmt::print(stderr, "towermill token: {}\n", message);
  return EXIT_FAILURE;
}

Result<std::unique_ptr<TokenStore>> open_store(const Settings& settings) {
  const auto folders = state_of_server(settings);
  if (!folders) return folders.error();
  return std::make_unique<TokenStore>(folders->tokens);
}

/// "90d", "12h", or a moment as RFC 3339 has it.
std::optional<std::int64_t> moment_of(const std::string& text) {
  const auto after_s = seconds_in(text);
  return after_s ? std::optional(::time(nullptr) + *after_s) : from_rfc3339(text);
}

std::string scopes_in_words(const Scopes& scopes) {
  if (scopes.allow_everything()) return "everything";
  std::string words;
  for (const std::string& scope : scopes.texts()) words += (words.empty() ? "" : " ") + scope;
  return words;
}

int create(const Settings& settings, const TokenArguments& arguments, TokenStore& store) {
  NewToken wanted{.label = arguments.label, .expires_s = {}, .scopes = {}, .workspace = arguments.workspace};
  if (!arguments.scopes.empty()) wanted.scopes = arguments.scopes;
  if (!arguments.expires.empty()) {
    wanted.expires_s = moment_of(arguments.expires);
    if (!wanted.expires_s) return complain("--expires is as 90d, 12h or 2030-01-31T12:00:00Z");
  }
  if (!wanted.workspace.empty() && !settings.workspaces.contains(wanted.workspace))
    return complain("the settings have no workspace " + wanted.workspace);
  const auto made = make_token({operator_name, Scopes::everything(), {}, {}}, wanted, store);
  if (const auto* refused = std::get_if<Refused>(&made)) return complain(refused->message);
  fmt::print("{}\n", std::get<std::string>(made));
  fmt::print(stderr, "This token is shown only now; its hash is in {}\n", store.path());
  return EXIT_SUCCESS;
}

void print_row(const TokenRow& row) {
  const auto day = [](const std::optional<std::int64_t>& moment) {
    return moment ? to_rfc3339(*moment) : std::string("never");
  };
  const bool over = row.has_expired(::time(nullptr));
  fmt::print("{}  {:<20}  {:<20}  {:<20}  {:<12}  {:<20}  {}\n", row.prefix, day(row.created_s),
             day(row.last_used_s), over ? "expired" : day(row.expires_s),
             row.workspace.empty() ? "all" : row.workspace, row.label, scopes_in_words(row.scopes));
}

int list(TokenStore& store) {
  const auto rows = store.list("", 0, std::numeric_limits<std::int64_t>::max());
  if (!rows) return complain(rows.error().message);
  fmt::print("{:<10}  {:<20}  {:<20}  {:<20}  {:<12}  {:<20}  {}\n", "PREFIX", "CREATED", "LAST USED",
             "EXPIRES", "WORKSPACE", "LABEL", "MAY");
  for (const TokenRow& row : *rows) print_row(row);
  return EXIT_SUCCESS;
}

int revoke(const std::string& prefix, TokenStore& store) {
  const auto removed = store.remove(prefix.substr(0, TokenStore::prefix_characters));
  if (!removed) return complain(removed.error().message);
  if (!*removed) return complain("there is no token of this prefix; `towermill token list` shows all");
  fmt::print("revoked\n");
  return EXIT_SUCCESS;
}

}  // namespace

int token_command(const Settings& settings, const TokenArguments& arguments) {
  auto opened = open_store(settings);
  if (!opened) return complain(opened.error().message);
  TokenStore& store = **opened;
  switch (arguments.does) {
    case TokenArguments::Does::create:
      return create(settings, arguments, store);
    case TokenArguments::Does::list:
      return list(store);
    default:
      return revoke(arguments.prefix, store);
  }
}

}  // namespace towermill
