#include "handler/auth/login.h"

#include "runner/base/crypto.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

/// By their hashes: not even their lengths are told by the time it takes.
bool is_one_of(std::string_view given, const std::vector<std::string>& secrets) {
  const std::string hash = sha256(given);
  bool known = false;
  for (const std::string& secret : secrets) known = same_secret(sha256(secret), hash) || known;
  return known;
}

}  // namespace

std::optional<Login> parse_basic(std::string_view authorization) {
  constexpr std::string_view scheme = "basic ";
  if (!equals_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return std::nullopt;
  const auto text = base64_decode(authorization.substr(scheme.size()), Base64::standard);
  if (!text) return std::nullopt;
  const auto colon = text->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Login{text->substr(0, colon), text->substr(colon + 1)};
}

bool is_right(const BasicLogin& wanted, const Request& request) {
  const auto login = parse_basic(request.header("authorization"));
  if (!login) return false;
  const bool user = is_one_of(login->user, {wanted.username});
  const bool password = is_one_of(login->password, wanted.passwords);
  return user && password;
}

bool is_right(const ApiKey& wanted, const Request& request) {
  const std::string_view key = request.header(to_lower(wanted.header));
  return !key.empty() && is_one_of(key, wanted.keys);
}

}  // namespace towermill
