#include "handler/auth/signature.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::string_view slack_body =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_"
    "name="
    "foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%"
    "2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id="
    "398738663015."
    "47445629121.803a0bc887a14d10d2c447fce8b6703c";
constexpr std::string_view octokit_signature =
    "sha256=1b2c16b75bd2a870c114153ccda5bcfca63314bc722fa160d690de133ccbb9db";
constexpr std::string_view standard_secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view standard_body = R"({"test": 2432232314})";
constexpr std::string_view standard_signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
constexpr std::int64_t standard_time = 1614265330;

std::string show(const std::variant<SignatureClaim, SignatureRefusal>& read) {
  const auto* refusal = std::get_if<SignatureRefusal>(&read);
  if (refusal == nullptr) return "";
  return refusal->missing_header.empty() ? refusal->why : "missing " + refusal->missing_header;
}

/// "" where the request is signed rightly, else why it is not.
std::string verdict(const Scheme& scheme, const std::vector<Header>& headers, std::string_view body,
                    std::string_view secret, std::int64_t now_s = 0) {
  Request request;
  request.headers = headers;
  const auto read = read_claim(scheme, request, now_s);
  if (!std::holds_alternative<SignatureClaim>(read)) return show(read);
  const auto& claim = std::get<SignatureClaim>(read);
  return signing_secret(scheme, claim, body, {"another", std::string(secret)}) == 1U ? "" : "wrong";
}

std::string github(std::string_view signature, std::string_view body, std::string_view secret) {
  return verdict(*find_scheme("github"), {{"x-hub-signature-256", std::string(signature)}}, body, secret);
}

std::string slack(std::string_view signature, std::string_view timestamp, std::int64_t now_s) {
  return verdict(
      *find_scheme("slack"),
      {{"x-slack-signature", std::string(signature)}, {"x-slack-request-timestamp", std::string(timestamp)}},
      slack_body, "8f742231b10e8888abcd99yyyzzz85a5", now_s);
}

std::string standard(std::string_view id, std::string_view timestamp, std::string_view signature,
                     std::string_view body = standard_body, std::int64_t now_s = standard_time,
                     const std::string& spelling = "webhook") {
  return verdict(*find_scheme("standard_webhooks"),
                 {{spelling + "-id", std::string(id)},
                  {spelling + "-timestamp", std::string(timestamp)},
                  {spelling + "-signature", std::string(signature)}},
                 body, *base64_decode(standard_secret, Base64::standard), now_s);
}

const std::string id = "msg_p5jXN8AQM9LWM0D4loKWxJek";

}  // namespace

TEST_CASE("GitHub's own examples are right") {
  CHECK(github("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", "Hello, World!",
               "It's a Secret to Everybody")
            .empty());
  CHECK(github(octokit_signature, "data", "secret").empty());
}

TEST_CASE("A signature that is not exactly right is wrong") {
  const std::string right(octokit_signature);
  CHECK(github(right, "Data", "secret") == "wrong");
  CHECK(github(right, "data", "Secret") == "wrong");
  CHECK(github(right, "data", "") == "wrong");
  CHECK(github(right.substr(0, right.size() - 1) + "c", "data", "secret") == "wrong");
  CHECK(github(right.substr(0, right.size() - 1), "data", "secret") == "wrong");
  CHECK(github(right + "0", "data", "secret") == "wrong");
  CHECK(github("sha256=1B2C16B75BD2A870C114153CCDA5BCFCA63314BC722FA160D690DE133CCBB9DB", "data", "secret") ==
        "wrong");
  for (const std::string& unlike :
       {std::string("sha256="), "SHA256=" + right.substr(7), right.substr(7), right + " ", " " + right,
        "sha1=" + right.substr(7), right + ", " + right, std::string("sha256=\0", 8)})
    CHECK(github(unlike, "data", "secret") == "X-Hub-Signature-256 is not of its form");
  CHECK(github("", "data", "secret") == "missing X-Hub-Signature-256");
}

TEST_CASE("Slack's own example is right, within five minutes before and after") {
  const std::string right = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
  for (const std::int64_t off_s : {0, 300, -300})
    CHECK(slack(right, "1531420618", 1531420618 + off_s).empty());
  CHECK(slack(right, "1531420618", 1531420618 + 301) == "the timestamp is 301 s old, window_s is 300");
  CHECK(slack(right, "1531420618", 1531420618 - 301) == "the timestamp is 301 s ahead, window_s is 300");
  CHECK(slack(right, "1531420619", 1531420618) == "wrong");
  CHECK(slack(right, "", 1531420618) == "missing X-Slack-Request-Timestamp");
  for (const char* none : {"hello", "-1531420618", "+1531420618", "1531420618.0", "1531420618 ", "0x5b47a38a",
                           "99999999999999999999"})
    CHECK(slack(right, none, 1531420618) == "the timestamp is none");
  CHECK(slack(right, "9223372036854775807", 0) ==
        "the timestamp is 9223372036854775807 s ahead, window_s is 300");
}

TEST_CASE("The example of Standard Webhooks is right, under both spellings of its headers") {
  CHECK(standard(id, "1614265330", standard_signature).empty());
  CHECK(standard(id, "1614265330", standard_signature, standard_body, standard_time, "svix").empty());
  CHECK(standard(id, "1614265330", "v1,AAAA v2,abc " + std::string(standard_signature) + " v1,BBBB").empty());
}

TEST_CASE("What Standard Webhooks must refuse is refused") {
  const std::string right(standard_signature);
  CHECK(standard("", "1614265330", right) == "missing Webhook-Id");
  CHECK(standard(id, "", right) == "missing Webhook-Timestamp");
  CHECK(standard(id, "1614265330", "") == "missing Webhook-Signature");
  CHECK(standard(id, "hello", right) == "the timestamp is none");
  CHECK_FALSE(standard(id, "1614265330", right, standard_body, standard_time + 301).empty());
  CHECK_FALSE(standard(id, "1614265330", right, standard_body, standard_time - 301).empty());
  CHECK(standard(id, "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=") == "wrong");
  CHECK(standard(id + "x", "1614265330", right) == "wrong");
  CHECK(standard(id, "1614265330", right, R"({"test": 2432232315})") == "wrong");
  for (const std::string& unlike :
       {std::string("v1,"), "v2" + right.substr(2), right.substr(3), right + "  " + right, right + " ",
        right + ", " + right, std::string("v1"), std::string(",")})
    CHECK(standard(id, "1614265330", unlike) == "Webhook-Signature is not of its form");
}

TEST_CASE("No id reaches into the timestamp that is signed after it") {
  CHECK(standard("a.b", "1614265330", standard_signature) == "Webhook-Id is no id");
  CHECK(standard("a b", "1614265330", standard_signature) == "Webhook-Id is no id");
}

TEST_CASE("Headers of two spellings are never mixed") {
  const auto mixed = verdict(*find_scheme("svix"),
                             {{"webhook-id", id},
                              {"svix-timestamp", "1614265330"},
                              {"svix-signature", std::string(standard_signature)}},
                             standard_body, *base64_decode(standard_secret, Base64::standard), standard_time);
  CHECK(mixed == "missing Svix-Id");
}

TEST_CASE("A name of a delivery is made of what is signed, and of nothing else") {
  const auto name = [](const char* word, const SignatureClaim& claim, std::string_view body) {
    return delivery_name(*find_scheme(word), claim, body).value();
  };
  CHECK(name("github", {"", "a", {"x"}}, "data") == name("github", {"", "b", {"y"}}, "data"));
  CHECK(name("github", {}, "data") != name("github", {}, "datb"));
  CHECK(name("github", {}, "data") != name("shopify", {}, "data"));
  CHECK(name("stripe", {"1", "", {"x"}}, "data") == name("stripe", {"1", "", {"y", "z"}}, "data"));
  // A sender gives each try a timestamp of its own; Stripe also tells in the body how many are pending.
  CHECK(name("stripe", {"1", "", {}}, R"({"id":"evt_1","pending_webhooks":1})") ==
        name("stripe", {"2", "", {}}, R"({"pending_webhooks":0,"id":"evt_1"})"));
  CHECK(name("stripe", {}, R"({"id":"evt_1"})") != name("stripe", {}, R"({"id":"evt_2"})"));
  CHECK(name("stripe", {}, R"({"id":1,"a":2})") != name("stripe", {}, R"({"id":1,"a":3})"));
  CHECK(name("slack", {"1", "", {}}, "data") == name("slack", {"2", "", {}}, "data"));
  CHECK(name("svix", {"1", "msg", {}}, "data") == name("svix", {"2", "msg", {}}, "data"));
  CHECK(name("svix", {"1", "msg", {}}, "data").size() == 64);
  CHECK(name("svix", {"1", "msg", {}}, "").size() == 64);
}

TEST_CASE("What has neither a body nor an id has no name") {
  CHECK_FALSE(delivery_name(*find_scheme("github"), {}, ""));
  CHECK_FALSE(delivery_name(*find_scheme("stripe"), {"1", "", {}}, ""));
}
