#include "handler/auth/challenge.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

std::string answer(Challenge kind, std::string_view body, const std::vector<Header>& headers = {}) {
  Request request;
  request.headers = headers;
  const auto got = answer_challenge(kind, request, body, "secret");
  if (!got) return "no challenge";
  return std::holds_alternative<BadChallenge>(*got) ? "bad" : std::get<Response>(*got).body;
}

}  // namespace

TEST_CASE("Slack gets its challenge back") {
  CHECK(answer(Challenge::slack, R"({"token":"x","challenge":"3eZb","type":"url_verification"})") == "3eZb");
  CHECK(answer(Challenge::slack, R"({"type":"event_callback","challenge":"3eZb"})") == "no challenge");
  CHECK(answer(Challenge::slack, R"({"type":"url_verification"})") == "bad");
  CHECK(answer(Challenge::slack, "command=%2Fhook") == "no challenge");
  CHECK(answer(Challenge::slack, "[1]") == "no challenge");
}

TEST_CASE("Twitch gets its challenge back where its header says that it is one") {
  const std::vector<Header> headers = {{"twitch-eventsub-message-type", "webhook_callback_verification"}};
  CHECK(answer(Challenge::twitch, R"({"challenge":"pogchamp","subscription":{}})", headers) == "pogchamp");
  CHECK(answer(Challenge::twitch, R"({"challenge":"pogchamp"})") == "no challenge");
  CHECK(answer(Challenge::twitch, R"({"challenge":1})", headers) == "bad");
  CHECK(answer(Challenge::twitch, "no JSON", headers) == "bad");
}

TEST_CASE("Zoom gets its token back, and signed") {
  CHECK(answer(Challenge::zoom, R"({"payload":{"plainToken":"data"},"event":"endpoint.url_validation"})") ==
        R"({"plainToken":"data","encryptedToken":)"
        R"("1b2c16b75bd2a870c114153ccda5bcfca63314bc722fa160d690de133ccbb9db"})");
  CHECK(answer(Challenge::zoom, R"({"event":"meeting.started","payload":{"plainToken":"data"}})") ==
        "no challenge");
  CHECK(answer(Challenge::zoom, R"({"event":"endpoint.url_validation"})") == "bad");
  CHECK(answer(Challenge::zoom, R"({"event":"endpoint.url_validation","payload":[1]})") == "bad");
}

TEST_CASE("Who sends no challenges gets none answered") {
  CHECK(answer(Challenge::none, R"({"challenge":"3eZb","type":"url_verification"})") == "no challenge");
}
