#include "handler/schema/security.h"

#include "runner/base/json.h"

namespace towermill {
namespace {

/// A header's name as one of OpenAPI's components: those have fewer characters.
std::string component(const std::string& prefix, const std::string& header) {
  std::string name = prefix + header;
  for (char& c : name) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!plain && c != '-' && c != '_' && c != '.') c = '_';
  }
  return name;
}

Security by_header(const std::string& prefix, const std::string& header, const std::string& description) {
  const std::string known = header.empty() ? "Unknown" : header;
  return {component(prefix, known), R"({"type":"apiKey","in":"header","name":)" + json_quote(known) +
                                        R"(,"description":)" + json_quote(description) + "}"};
}

}  // namespace

Security token_security() { return {"token", R"({"type":"http","scheme":"bearer"})"}; }

Security security_of(const Authentication& authentication, const std::string& header) {
  switch (authentication.method) {
    case AuthenticationMethod::windmill:
      return token_security();
    case AuthenticationMethod::basic_http:
      return {"basic", R"({"type":"http","scheme":"basic"})"};
    case AuthenticationMethod::api_key:
      return by_header("key-", header, "A key of the route's own");
    case AuthenticationMethod::signature:
      return by_header("signature-", header, "An HMAC of the body, by a secret of the sender's");
    default:
      return {};
  }
}

}  // namespace towermill
