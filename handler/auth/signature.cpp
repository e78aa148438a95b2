#include "handler/auth/signature.h"

#include <cstdlib>

#include "handler/auth/signature_header.h"
#include "runner/base/crypto.h"
#include "runner/base/json.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

std::string_view value_of(const Request& request, const std::string& header) {
  return header.empty() ? std::string_view() : request.header(to_lower(header));
}

const SignatureHeaders& spelling_of(const Scheme& scheme, const Request& request) {
  for (const SignatureHeaders& headers : scheme.headers)
    if (!value_of(request, headers.signature).empty()) return headers;
  return scheme.headers.front();
}

/// The first of them that is not there.
std::string missing(const SignatureHeaders& headers, const Request& request) {
  for (const std::string& name : {headers.signature, headers.timestamp, headers.id})
    if (!name.empty() && value_of(request, name).empty()) return name;
  return "";
}

std::string why_not_now(const Scheme& scheme, std::string_view timestamp, std::int64_t now_s) {
  if (scheme.time == TimeForm::none) return "";
  const auto sent_s = parse_timestamp(scheme.time, timestamp);
  if (!sent_s) return "the timestamp is none";
  const std::int64_t age_s = now_s - *sent_s;
  if (std::abs(age_s) <= scheme.window_s) return "";
  return "the timestamp is " + std::to_string(std::abs(age_s)) + " s " + (age_s > 0 ? "old" : "ahead") +
         ", window_s is " + std::to_string(scheme.window_s);
}

/// The pieces of what is signed, in order.
std::vector<std::string_view> signed_parts(std::string_view form, const SignatureClaim& claim,
                                           std::string_view body) {
  std::vector<std::string_view> parts;
  while (!form.empty()) {
    const auto open = form.find('{');
    parts.push_back(form.substr(0, open));
    if (open == std::string_view::npos) break;
    const auto close = form.find('}', open);
    const std::string_view name = form.substr(open, close - open + 1);
    parts.push_back(name == "{body}" ? body : name == "{id}" ? claim.id : claim.timestamp);
    form.remove_prefix(open + name.size());
  }
  return parts;
}

std::string encoded(Encoding encoding, std::string_view mac) {
  if (encoding == Encoding::hex) return to_hex(mac);
  std::string text = base64_encode(mac);
  if (encoding == Encoding::base64url)
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

/// Of base64url both spellings are usual, with and without padding.
bool is_signature(Encoding encoding, std::string_view given, std::string_view expected) {
  if (encoding == Encoding::base64url && !given.ends_with('='))
    while (expected.ends_with('=')) expected.remove_suffix(1);
  return same_secret(given, expected);
}

/// "" where it is no JSON object with such a string.
std::string id_in(std::string_view body) {
  const auto object = parse_json(body, default_json_depth, JsonArrays::closed);
  const JsonMember* const id = object ? object->find("id") : nullptr;
  return id != nullptr && id->kind == JsonKind::string ? json_unquote(id->raw) : std::string();
}

}  // namespace

std::variant<SignatureClaim, SignatureRefusal> read_claim(const Scheme& scheme, const Request& request,
                                                          std::int64_t now_s) {
  const SignatureHeaders& headers = spelling_of(scheme, request);
  if (std::string name = missing(headers, request); !name.empty())
    return SignatureRefusal{name, name + " is missing"};
  auto header = parse_signature_header(scheme.form, scheme.prefix, value_of(request, headers.signature));
  if (!header) return SignatureRefusal{"", headers.signature + " is not of its form"};
  SignatureClaim claim{header->timestamp, value_of(request, headers.id), std::move(header->signatures)};
  if (!headers.timestamp.empty()) claim.timestamp = value_of(request, headers.timestamp);
  if (!headers.id.empty() && !is_delivery_id(claim.id)) return SignatureRefusal{"", headers.id + " is no id"};
  if (std::string why = why_not_now(scheme, claim.timestamp, now_s); !why.empty())
    return SignatureRefusal{"", std::move(why)};
  return claim;
}

std::optional<std::size_t> signing_secret(const Scheme& scheme, const SignatureClaim& claim,
                                          std::string_view body, const std::vector<std::string>& secrets) {
  const auto parts = signed_parts(scheme.signed_text, claim, body);
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    const std::string expected = encoded(scheme.encoding, hmac(scheme.algorithm, secrets[i], parts));
    for (const std::string_view given : claim.signatures)
      if (is_signature(scheme.encoding, given, expected)) found = i;
  }
  return found;
}

std::optional<std::string> delivery_name(const Scheme& scheme, const SignatureClaim& claim,
                                         std::string_view body) {
  if (scheme.named_by != NamedBy::id && body.empty()) return std::nullopt;
  std::string named = scheme.word;
  named += '\0';
  if (scheme.named_by == NamedBy::id) return sha256_hex(named.append(claim.id));
  if (scheme.named_by == NamedBy::member_id)
    if (const std::string id = id_in(body); !id.empty()) return sha256_hex(named.append(id));
  return sha256_hex(named.append(sha256(body)));
}

}  // namespace towermill
