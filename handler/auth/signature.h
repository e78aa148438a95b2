#pragma once
// Whether a request is signed as a scheme says, by who knows a secret.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "handler/auth/schemes.h"
#include "handler/http/message.h"

namespace towermill {

/// What the headers say, and nobody has checked yet. Slices of the request.
struct SignatureClaim {
  std::string_view timestamp, id;
  std::vector<std::string_view> signatures;
};

struct SignatureRefusal {
  std::string missing_header = {};  // its name; empty: they are there, and wrong
  std::string why = {};             // for the log; nothing in it is secret
};

/// Also whether the timestamp is within `window_s` of `now_s` (Unix time), before and after.
std::variant<SignatureClaim, SignatureRefusal> read_claim(const Scheme& scheme, const Request& request,
                                                          std::int64_t now_s);

/// The place of the secret by which one of the claim's signatures is right, over the exact bytes of the body;
/// nullopt: none. Takes as long wherever the signatures differ.
std::optional<std::size_t> signing_secret(const Scheme& scheme, const SignatureClaim& claim,
                                          std::string_view body, const std::vector<std::string>& secrets);

/// What a delivery is told by from any other of that scheme, 64 hex digits: made of nothing but what is
/// signed, so that nobody but the sender can give one delivery two names. nullopt: nothing tells it from
/// others, as where the body is empty and no id is signed.
std::optional<std::string> delivery_name(const Scheme& scheme, const SignatureClaim& claim,
                                         std::string_view body);

}  // namespace towermill
