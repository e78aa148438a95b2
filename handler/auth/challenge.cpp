#include "handler/auth/challenge.h"

#include <string>

#include "runner/base/crypto.h"
#include "runner/base/json.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

using Answer = std::optional<std::variant<Response, BadChallenge>>;

// Far more than any of them has: what is larger is an event.
constexpr std::size_t longest_challenge = 64 * 1024;

/// A member that is a string; nullopt: it is none.
std::optional<std::string> text_in(const Result<JsonValue>& object, std::string_view name) {
  if (!object || object->kind != JsonKind::object) return std::nullopt;
  const JsonMember* const member = object->find(name);
  if (member == nullptr || member->kind != JsonKind::string) return std::nullopt;
  return json_unquote(member->raw);
}

Result<JsonValue> parse(std::string_view text) {
  return parse_json(text, default_json_depth, JsonArrays::closed);
}

Answer plain(const std::optional<std::string>& challenge) {
  if (!challenge) return BadChallenge{};
  return Response{200, {{"Content-Type", "text/plain"}, {"X-Content-Type-Options", "nosniff"}}, *challenge};
}

Answer answer_slack(std::string_view body) {
  const auto event = parse(body);
  if (text_in(event, "type") != "url_verification") return std::nullopt;
  return plain(text_in(event, "challenge"));
}

Answer answer_twitch(const Request& request, std::string_view body) {
  if (request.header("twitch-eventsub-message-type") != "webhook_callback_verification") return std::nullopt;
  return plain(text_in(parse(body), "challenge"));
}

Answer answer_zoom(std::string_view body, std::string_view secret) {
  const auto event = parse(body);
  if (text_in(event, "event") != "endpoint.url_validation") return std::nullopt;
  const JsonMember* const payload = event->find("payload");
  const auto token = payload == nullptr ? std::nullopt : text_in(parse(payload->raw), "plainToken");
  if (!token) return BadChallenge{};
  const std::string signature = to_hex(hmac(HashAlgorithm::sha256, secret, {*token}));
  return Response{200,
                  {{"Content-Type", "application/json"}},
                  R"({"plainToken":)" + json_quote(*token) + R"(,"encryptedToken":")" + signature + "\"}"};
}

}  // namespace

Answer answer_challenge(Challenge kind, const Request& request, std::string_view body,
                        std::string_view secret) {
  if (body.size() > longest_challenge) return std::nullopt;
  switch (kind) {
    case Challenge::slack:
      return answer_slack(body);
    case Challenge::twitch:
      return answer_twitch(request, body);
    case Challenge::zoom:
      return answer_zoom(body, secret);
    default:
      return std::nullopt;
  }
}

}  // namespace towermill
