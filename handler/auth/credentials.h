#pragma once
// What a caller of a route has to know, as a resource of the workspace says it: Windmill's resource types
// api_key_auth, basic_http_auth and signature_auth, and more ways to name the secret.

#include <string>
#include <variant>
#include <vector>

#include "handler/auth/schemes.h"
#include "handler/auth/secret_source.h"
#include "handler/workspace/authentication.h"
#include "runner/base/result.h"

namespace towermill {

struct ApiKey {
  std::string header;
  std::vector<std::string> keys;  // any of them
};

struct BasicLogin {
  std::string username;
  std::vector<std::string> passwords;  // any of them
};

struct SignatureKeys {
  Scheme scheme;
  std::vector<std::string> secrets;  // any of them, decoded
};

using Credentials = std::variant<ApiKey, BasicLogin, SignatureKeys>;

/// The header by which a caller is known.
std::string header_of(const Credentials& credentials);

/// In a few words, with no secret: "signature github", "api_key X-Key".
std::string describe(const Credentials& credentials);

/// More secrets than a rotation needs; each costs a hash of every body.
inline constexpr std::size_t most_secrets = 8;

/// Reads the resource and all it refers to. Error: "f/x.resource.yaml:3: what is wrong", never with a value.
Result<Credentials> read_credentials(const Authentication& wanted, SecretSource& source);

}  // namespace towermill
