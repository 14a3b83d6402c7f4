"""Signs webhooks as providers do, written from their documentation and not from our connectors."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence

Form = Mapping[str, str | Sequence[str]]


def _mac(secret: str, content: bytes, algorithm: str) -> bytes:
    return hmac.new(secret.encode(), content, algorithm).digest()


def twilio_form(token: str, url: str, form: Form, algorithm: str = "sha1") -> dict[str, str]:
    """X-Twilio-Signature of a form: the URL, then each name in order with its different values in order.

    https://www.twilio.com/docs/usage/webhooks/webhooks-security
    """
    content = url.partition("#")[0]
    for name in sorted(form):
        given = form[name]
        values = [given] if isinstance(given, str) else sorted(set(given))
        content += "".join(name + value for value in values)
    return _twilio(token, content, algorithm)


def twilio_json(token: str, url: str, body: bytes, algorithm: str = "sha1") -> tuple[str, dict[str, str]]:
    """The URL, which carries the body's digest, and its X-Twilio-Signature."""
    signed = f"{url}{'&' if '?' in url else '?'}bodySHA256={hashlib.sha256(body).hexdigest()}"
    return signed, _twilio(token, signed, algorithm)


def _twilio(secret: str, content: str, algorithm: str) -> dict[str, str]:
    headers = {"X-Twilio-Signature": base64.b64encode(_mac(secret, content.encode(), algorithm)).decode()}
    if algorithm == "sha256":
        headers["X-Twilio-Webhooks-Signature-Settings"] = "key=SK1,algorithm=HMAC_SHA256"
    return headers


def meta(app_secret: str, body: bytes) -> dict[str, str]:
    """X-Hub-Signature-256 of WhatsApp, Messenger and Instagram.

    https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads
    """
    return {"X-Hub-Signature-256": f"sha256={_mac(app_secret, body, 'sha256').hex()}"}


def slack(signing_secret: str, body: bytes, timestamp: int) -> dict[str, str]:
    """X-Slack-Signature, version 0: https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    content = f"v0:{timestamp}:".encode() + body
    return {
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": f"v0={_mac(signing_secret, content, 'sha256').hex()}",
    }


def telegram(secret_token: str) -> dict[str, str]:
    """The secret that Telegram was given with the webhook: https://core.telegram.org/bots/api#setwebhook"""
    return {"X-Telegram-Bot-Api-Secret-Token": secret_token}


def hmac_header(
    name: str, secret: str, body: bytes, *, encoding: str = "hex", prefix: str = ""
) -> dict[str, str]:
    """HMAC-SHA256 over the body, as LINE (base64), Viber (hex) and many others sign."""
    made = _mac(secret, body, "sha256")
    return {name: prefix + (made.hex() if encoding == "hex" else base64.b64encode(made).decode())}


def standard_webhooks(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of https://github.com/standard-webhooks/standard-webhooks, version 1."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{message_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.new(key, content, "sha256").digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }
