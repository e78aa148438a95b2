#include "handler/auth/access.h"

#include <utility>

#include "handler/auth/challenge.h"
#include "handler/auth/login.h"
#include "handler/auth/signature.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

Access by_signature(const SignatureKeys& wanted, const Attempt& attempt) {
  const Scheme& scheme = wanted.scheme;
  const auto read = read_claim(scheme, attempt.request, attempt.now_s);
  if (const auto* refusal = std::get_if<SignatureRefusal>(&read)) {
    const bool missing = !refusal->missing_header.empty();
    return Denied{missing ? Denial::missing_header : Denial::wrong_signature, refusal->missing_header,
                  refusal->why};
  }
  if (!attempt.body) return NeedsBody{};
  const auto& claim = std::get<SignatureClaim>(read);
  const auto secret = signing_secret(scheme, claim, *attempt.body, wanted.secrets);
  if (!secret) return Denied{Denial::wrong_signature, "", "no signature is right"};
  auto answer = answer_challenge(scheme.challenge, attempt.request, *attempt.body, wanted.secrets[*secret]);
  if (answer && std::holds_alternative<BadChallenge>(*answer))
    return Denied{Denial::bad_challenge, "", "the challenge is not of its form"};
  if (answer) return std::get<Response>(std::move(*answer));
  Granted granted;
  if (auto name = delivery_name(scheme, claim, *attempt.body))
    granted.delivery = Delivery{scheme.word, std::move(*name)};
  for (const SignatureHeaders& headers : scheme.headers)
    granted.headers.push_back(to_lower(headers.signature));
  return granted;
}

Access by(const SignatureKeys& wanted, const Attempt& attempt) { return by_signature(wanted, attempt); }

Access by(const BasicLogin& wanted, const Attempt& attempt) {
  if (!is_right(wanted, attempt.request)) return Denied{Denial::wrong_login, "", "wrong name or password"};
  return Granted{std::nullopt, {"authorization"}};
}

Access by(const ApiKey& wanted, const Attempt& attempt) {
  if (!is_right(wanted, attempt.request)) return Denied{Denial::wrong_key, "", "wrong key"};
  return Granted{std::nullopt, {to_lower(wanted.header)}};
}

}  // namespace

Access AccessControl::access_of(const Authentication& wanted, const Attempt& attempt) const {
  if (std::string why = unsupported_authentication(wanted.method); !why.empty())
    return Denied{Denial::unsupported, std::move(why), ""};
  if (wanted.method == AuthenticationMethod::none) return Granted{};
  if (wanted.method == AuthenticationMethod::windmill) return Denied{Denial::no_token, "", ""};
  const auto credentials = keyring_.of(attempt.root, wanted);
  if (!*credentials) return Denied{Denial::misconfigured, "", credentials->error().message};
  return std::visit([&](const auto& kind) { return by(kind, attempt); }, credentials->value());
}

std::string unsupported_authentication(AuthenticationMethod method) {
  if (method == AuthenticationMethod::custom_script)
    return "authentication_method custom_script is not supported";
  return "";
}

}  // namespace towermill
