#include "handler/auth/tokens.h"

#include <algorithm>

#include "runner/base/crypto.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

std::string_view bearer(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() < scheme.size() ||
      !equals_ignoring_case(authorization.substr(0, scheme.size()), scheme))
    return {};
  return trim(authorization.substr(scheme.size()));
}

std::string cookie(std::string_view header, std::string_view name) {
  for (const std::string& pair : split(header, ';')) {
    const std::string_view text = trim(pair);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos && text.substr(0, equals) == name)
      return std::string(text.substr(equals + 1));
  }
  return {};
}

}  // namespace

std::string presented_token(const Request& request, const Query& query) {
  if (const auto token = bearer(request.header("authorization")); !token.empty()) return std::string(token);
  if (auto token = cookie(request.header("cookie"), "token"); !token.empty()) return token;
  return std::string(query.get("token").value_or(""));
}

bool Tokens::accepts(std::string_view token) const {
  if (token.empty()) return false;
  const std::string hash = sha256_hex(token);
  bool known = false;
  for (const std::string& candidate : hashes_) known = same_secret(candidate, hash) || known;
  if (known) return true;
  // Looked up by its hash: how long that takes tells nothing about the token.
  const std::lock_guard lock(mutex_);
  return of_runs_.contains(hash);
}

Tokens::RunToken::RunToken(Tokens& tokens)
    : tokens_(tokens), text_(random_token()), hash_(sha256_hex(text_)) {
  const std::lock_guard lock(tokens_.mutex_);
  tokens_.of_runs_.insert(hash_);
}

Tokens::RunToken::~RunToken() {
  const std::lock_guard lock(tokens_.mutex_);
  tokens_.of_runs_.erase(tokens_.of_runs_.find(hash_));
}

}  // namespace towermill
