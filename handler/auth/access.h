#pragma once
// Whether a request may run what it asks for, by anything but a token.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "handler/auth/keyring.h"
#include "handler/http/message.h"
#include "handler/http/query.h"
#include "handler/workspace/authentication.h"

namespace towermill {

/// What is signed of a delivery, so that a repeat of it is known again: for one route and its scheme, the
/// same for the same delivery however often it is sent, and of no other.
struct Delivery {
  std::string scheme;  // "github"
  std::string name;    // a hash, 64 hex digits: no secret
};

struct Granted {
  std::optional<Delivery> delivery = {};  // nullopt: it cannot be told from any other
  std::vector<std::string> headers = {};  // let the caller in, and are not for scripts; names in lower case
};

enum class Denial {
  no_token,  // one is needed: see by_token.h
  wrong_key,
  wrong_login,
  missing_header,   // `detail` is its name
  wrong_signature,  // or a stale one
  bad_challenge,    // signed, and not of its form
  misconfigured,    // nobody may, until the author mends it
  unsupported,      // nobody may: `detail` says why
};

struct Denied {
  Denial why;
  std::string detail = {};  // for the caller
  std::string log = {};     // for the operator; no secret, nor what a signature should have been
};

struct NeedsBody {};  // so far nothing speaks against it: what was signed is the body

/// A response is that to a challenge of the sender's: its caller is known, and nothing is to be run.
using Access = std::variant<Granted, Denied, NeedsBody, Response>;

struct Attempt {
  const Request& request;
  const Query& query;
  const std::string& root;                    // of the workspace
  std::int64_t now_s;                         // Unix time
  std::optional<std::string_view> body = {};  // its exact bytes; nullopt: not read yet
};

class AccessControl {
 public:
  /// It outlives this.
  explicit AccessControl(Keyring& keyring) : keyring_(keyring) {}

  /// Decided before the body is read, where that can be: a stranger's mostly never is. Thread-safe.
  Access access_of(const Authentication& wanted, const Attempt& attempt) const;

 private:
  Keyring& keyring_;
};

/// Why nobody may, where access_of() says unsupported; "" for a method that works.
std::string unsupported_authentication(AuthenticationMethod method);

}  // namespace towermill
