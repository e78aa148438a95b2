#include "handler/auth/tokens.h"

#include <ctime>

#include "runner/base/crypto.h"

namespace towermill {

namespace {

/// What a script may ask of the server that runs it: what is its workspace's.
const Scopes& scopes_of_runs() {
  static const Scopes scopes =
      *Scopes::parse({"jobs:*", "scripts:*", "flows:*", "apps:*", "folders:*", "variables:*", "resources:*",
                      "schedules:*", "http_triggers:*"});
  return scopes;
}

}  // namespace

std::string caller_name(const std::string& label, const std::string& created_by) {
  if (label.empty()) return created_by;
  return label.starts_with("webhook-") ? label : "label-" + label;
}

Tokens::Tokens(std::vector<std::string> sha256_hex, std::unique_ptr<TokenStore> store,
               std::function<void(std::string_view)> tell)
    : hashes_(std::move(sha256_hex)), store_(std::move(store)), tell_(std::move(tell)) {}

Tokens::Tokens(std::vector<std::string> sha256_hex) : Tokens(std::move(sha256_hex), nullptr, {}) {}

bool Tokens::is_of_settings(const std::string& hash) const {
  bool known = false;
  for (const std::string& candidate : hashes_) known = same_secret(candidate, hash) || known;
  return known;
}

/// Looked up by its hash: how long that takes tells nothing about the token.
std::optional<Caller> Tokens::of_run(const std::string& hash) const {
  const std::lock_guard lock(mutex_);
  const auto found = of_runs_.find(hash);
  if (found == of_runs_.end()) return std::nullopt;
  return Caller{found->second.caller, scopes_of_runs(), found->second.workspace, {}};
}

void Tokens::tell_of_store(const std::string& why) {
  const bool readable = why.empty();
  if (store_is_readable_.exchange(readable) != readable) tell_(why);
}

Who Tokens::of_store(const std::string& hash) {
  if (store_ == nullptr) return Unknown::caller;
  const auto found = store_->find(hash);
  tell_of_store(found ? "" : found.error().message);
  if (!found) return Unknown::for_now;
  const std::int64_t now_s = ::time(nullptr);
  if (!*found || !same_secret((*found)->sha256_hex, hash) || (*found)->has_expired(now_s))
    return Unknown::caller;
  const TokenRow& row = **found;
  uses_.note(row, now_s);
  return Caller{caller_name(row.label, row.created_by), row.scopes, row.workspace, row.expires_s};
}

Who Tokens::who(std::string_view token) {
  if (token.empty()) return Unknown::caller;
  const std::string hash = sha256_hex(token);
  if (is_of_settings(hash)) return Caller{operator_name, Scopes::everything(), {}, {}};
  if (auto run = of_run(hash)) return std::move(*run);
  return of_store(hash);
}

Tokens::RunToken::RunToken(Tokens& tokens, std::string caller, std::string workspace)
    : tokens_(tokens), text_(random_token()), hash_(sha256_hex(text_)) {
  const std::lock_guard lock(tokens_.mutex_);
  tokens_.of_runs_[hash_] = {std::move(caller), std::move(workspace)};
}

Tokens::RunToken::~RunToken() {
  const std::lock_guard lock(tokens_.mutex_);
  tokens_.of_runs_.erase(hash_);
}

}  // namespace towermill
