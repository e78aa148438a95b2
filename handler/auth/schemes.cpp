#include "handler/auth/schemes.h"

#include <algorithm>

#include "runner/base/text.h"

namespace towermill {
namespace {

const SignatureHeaders webhook_headers{"Webhook-Signature", "Webhook-Timestamp", "Webhook-Id"};
const SignatureHeaders svix_headers{"Svix-Signature", "Svix-Timestamp", "Svix-Id"};

const std::vector<Scheme> table = {
    {.word = "github",
     .title = "GitHub",
     .headers = {{"X-Hub-Signature-256"}},
     .prefix = "sha256=",
     .signed_text = "{body}",
     .not_signed = "X-GitHub-Delivery, X-GitHub-Event"},
    {.word = "stripe",
     .title = "Stripe",
     .headers = {{"Stripe-Signature"}},
     .form = SignatureForm::pairs,
     .prefix = "v1",
     .signed_text = "{timestamp}.{body}",
     .time = TimeForm::seconds,
     .window_s = default_window_s,
     .named_by = NamedBy::member_id},
    {.word = "slack",
     .title = "Slack",
     .headers = {{"X-Slack-Signature", "X-Slack-Request-Timestamp"}},
     .prefix = "v0=",
     .signed_text = "v0:{timestamp}:{body}",
     .time = TimeForm::seconds,
     .window_s = default_window_s,
     .challenge = Challenge::slack,
     .not_signed = "X-Slack-Retry-Num, X-Slack-Retry-Reason"},
    {.word = "standard_webhooks",
     .title = "Standard Webhooks",
     .headers = {webhook_headers, svix_headers},
     .form = SignatureForm::list,
     .prefix = "v1",
     .signed_text = "{id}.{timestamp}.{body}",
     .encoding = Encoding::base64,
     .secret = SecretForm::base64,
     .time = TimeForm::seconds,
     .window_s = default_window_s,
     .named_by = NamedBy::id},
    {.word = "svix",
     .title = "Svix",
     .headers = {svix_headers, webhook_headers},
     .form = SignatureForm::list,
     .prefix = "v1",
     .signed_text = "{id}.{timestamp}.{body}",
     .encoding = Encoding::base64,
     .secret = SecretForm::base64,
     .time = TimeForm::seconds,
     .window_s = default_window_s,
     .named_by = NamedBy::id},
    {.word = "shopify",
     .title = "Shopify",
     .headers = {{"X-Shopify-Hmac-Sha256"}},
     .signed_text = "{body}",
     .encoding = Encoding::base64,
     .not_signed = "X-Shopify-Webhook-Id, X-Shopify-Topic, X-Shopify-Shop-Domain, X-Shopify-Triggered-At"},
    {.word = "twitch",
     .title = "Twitch",
     .headers = {{"Twitch-Eventsub-Message-Signature", "Twitch-Eventsub-Message-Timestamp",
                  "Twitch-Eventsub-Message-Id"}},
     .prefix = "sha256=",
     .signed_text = "{id}{timestamp}{body}",
     .time = TimeForm::rfc3339,
     .window_s = 600,  // as Twitch's own manual says
     .named_by = NamedBy::id,
     .challenge = Challenge::twitch,
     .not_signed = "Twitch-Eventsub-Message-Type, Twitch-Eventsub-Message-Retry"},
    {.word = "zoom",
     .title = "Zoom",
     .headers = {{"x-zm-signature", "x-zm-request-timestamp"}},
     .prefix = "v0=",
     .signed_text = "v0:{timestamp}:{body}",
     .time = TimeForm::seconds,
     .window_s = default_window_s,
     .challenge = Challenge::zoom},
    {.word = "tiktok",
     .title = "TikTok",
     .headers = {{"TikTok-Signature"}},
     .form = SignatureForm::pairs,
     .prefix = "s",
     .signed_text = "{timestamp}.{body}",
     .time = TimeForm::seconds,
     .window_s = default_window_s},
};

std::string in_code(const std::string& text) { return text.empty() ? "–" : "`" + text + "`"; }

std::string form_of(const Scheme& scheme) {
  const std::string signature = scheme.encoding == Encoding::hex ? "<hex>" : "<base64>";
  if (scheme.form == SignatureForm::pairs) return "t=<timestamp>," + scheme.prefix + "=" + signature;
  if (scheme.form == SignatureForm::list) return scheme.prefix + "," + signature;
  return scheme.prefix + signature;
}

std::string name_of(NamedBy named_by) {
  if (named_by == NamedBy::id) return "its id";
  return named_by == NamedBy::body ? "the body" : "the body's `id`";
}

std::string window_of(const Scheme& scheme) {
  return scheme.window_s == 0 ? "none" : std::to_string(scheme.window_s) + " s";
}

}  // namespace

const std::vector<Scheme>& scheme_table() { return table; }

const Scheme* find_scheme(std::string_view word) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Scheme& scheme) {
    return equals_ignoring_case(scheme.word, word);
  });
  return found == table.end() ? nullptr : &*found;
}

std::string schemes_markdown() {
  std::string text = markdown_row({"`signature_provider`", "Header", "Signed, by HMAC-SHA256", "Window",
                                   "A delivery is told by", "Not signed: do not trust"}) +
                     "|---|---|---|---|---|---|\n";
  for (const Scheme& scheme : table)
    text += markdown_row({in_code(scheme.word), in_code(scheme.headers[0].signature + ": " + form_of(scheme)),
                          in_code(scheme.signed_text), window_of(scheme), name_of(scheme.named_by),
                          scheme.not_signed.empty() ? "–" : scheme.not_signed});
  return text;
}

}  // namespace towermill
