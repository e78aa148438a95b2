"""Senders of webhooks: each signs a body as its scheme says, and a resource of the workspace knows its secret."""

import base64
import hashlib
import hmac
import json
import time

SECRET = "not-to-be-told-to-anybody"
STANDARD_SECRET = "whsec_" + base64.b64encode(b"four and twenty blackbirds").decode()


def mac(text, secret=SECRET, algorithm="sha256"):
    key = secret if isinstance(secret, bytes) else secret.encode()
    return hmac.new(key, text if isinstance(text, bytes) else text.encode(), algorithm).digest()


def now(skew_s=0):
    return str(int(time.time()) + skew_s)


def rfc3339(skew_s=0):
    return time.strftime("%Y-%m-%dT%H:%M:%S.123456789Z", time.gmtime(time.time() + skew_s))


def github(body, skew_s=0):
    return {"X-Hub-Signature-256": "sha256=" + mac(body).hex(), "X-GitHub-Event": "push"}


def stripe(body, skew_s=0):
    at = now(skew_s)
    return {"Stripe-Signature": f"t={at},v1={mac(f'{at}.{body}').hex()},v0={'0' * 64}"}


def _versioned(body, skew_s, signature, timestamp):
    at = now(skew_s)
    return {timestamp: at, signature: "v0=" + mac(f"v0:{at}:{body}").hex()}


def slack(body, skew_s=0):
    return _versioned(body, skew_s, "X-Slack-Signature", "X-Slack-Request-Timestamp")


def zoom(body, skew_s=0):
    return _versioned(body, skew_s, "x-zm-signature", "x-zm-request-timestamp")


def tiktok(body, skew_s=0):
    at = now(skew_s)
    return {"TikTok-Signature": f"t={at},s={mac(f'{at}.{body}').hex()}"}


def shopify(body, skew_s=0):
    return {"X-Shopify-Hmac-Sha256": base64.b64encode(mac(body)).decode(), "X-Shopify-Topic": "orders/create"}


def twitch(body, skew_s=0, kind="notification"):
    at, name = rfc3339(skew_s), "e76c6bd4-55c9-4987-8304-da1588d8988b"
    return {"Twitch-Eventsub-Message-Id": name, "Twitch-Eventsub-Message-Timestamp": at,
            "Twitch-Eventsub-Message-Type": kind,
            "Twitch-Eventsub-Message-Signature": "sha256=" + mac(name + at + body).hex()}


def _standard(body, skew_s, prefix):
    at, name = now(skew_s), "msg_p5jXN8AQM9LWM0D4loKWxJek"
    key = base64.b64decode(STANDARD_SECRET.removeprefix("whsec_"))
    signature = base64.b64encode(mac(f"{name}.{at}.{body}", key)).decode()
    return {f"{prefix}-id": name, f"{prefix}-timestamp": at, f"{prefix}-signature": f"v1,{signature}"}


def standard_webhooks(body, skew_s=0):
    return _standard(body, skew_s, "webhook")


def svix(body, skew_s=0):
    return _standard(body, skew_s, "svix")


def custom(body, skew_s=0):
    at = now(skew_s)
    text = base64.urlsafe_b64encode(mac(f"{at}\n{body}", algorithm="sha512")).decode()
    return {"X-Our-Time": at, "X-Our-Sign": f"s={text}"}


CONFIG = {"algorithm": "sha512", "encoding": "base64uri", "signature_header_name": "X-Our-Sign",
          "signature_prefix": "s=", "signed": "{timestamp}\n{body}", "timestamp_header_name": "X-Our-Time"}

# Name, how it signs, the header of the signature, whether a timestamp is signed.
SENDERS = [
    ("github", github, "X-Hub-Signature-256", False),
    ("stripe", stripe, "Stripe-Signature", True),
    ("slack", slack, "X-Slack-Signature", True),
    ("standard_webhooks", standard_webhooks, "Webhook-Signature", True),
    ("svix", svix, "Svix-Signature", True),
    ("shopify", shopify, "X-Shopify-Hmac-Sha256", False),
    ("twitch", twitch, "Twitch-Eventsub-Message-Signature", True),
    ("zoom", zoom, "x-zm-signature", True),
    ("tiktok", tiktok, "TikTok-Signature", True),
    ("custom", custom, "X-Our-Sign", True),
]


def resource(name, secret=None):
    """The value of the sender's resource."""
    standard = name in ("standard_webhooks", "svix")
    value = {"signature_provider": name, "secret_key": secret or (STANDARD_SECRET if standard else SECRET)}
    return value | ({"authentication_config": CONFIG} if name == "custom" else {})


def write_resource(rig, path, value, mode=0o600):
    """Writes f/x/name.resource.yaml, private; returns its path."""
    target = rig.workspace / f"{path}.resource.yaml"
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}")
    fresh.write_text(json.dumps({"resource_type": "signature_auth", "value": value}))
    fresh.chmod(mode)
    fresh.rename(target)
    return path
