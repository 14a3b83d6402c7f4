"""Signatures of webhooks: both forms, both algorithms, with vectors that were made elsewhere."""

import hashlib
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from connectors.sms.signature import verify
from hub.connector import BadSignature
from hub.messages import RawRequest
from hub.models import Channel
from tests.fakes import signing

URL = "https://hub.example.test/hooks/twilio/7?x=1"
FORM = {
    "MessageSid": "SM0001",
    "From": "+15550100",
    "To": "+15550199",
    "Body": "Hi & bye",
    "NumMedia": "0",
}
SHA1 = "2H4AOUf7SzBIU7e5sDP+FpYoEXE="
SHA256 = "5YigWcV9h+mxFxMa8zwYGhQDJj6Gdo+fuAK+2qfa+y4="
SETTINGS = "x-twilio-webhooks-signature-settings"
JSON_URL = (
    "https://hub.example.test/hooks/twilio/7?"
    "bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
)


def _channel() -> Channel:
    return Channel(secrets={"auth_token": "twilio-secret", "shared_key_secret": "twilio-secret"})  # type: ignore[misc]


def _request(
    signature: str, url: str = URL, body: bytes | None = None, sort: str = "form", settings: str = ""
) -> RawRequest:
    content_type = "application/x-www-form-urlencoded" if sort == "form" else "application/json"
    raw = urlencode(FORM).encode() if body is None else body
    told = {"content-type": content_type, "x-twilio-signature": signature, SETTINGS: settings}
    return RawRequest("POST", url, told, raw, datetime.now(UTC))


def _refused(request: RawRequest, channel: Channel | None = None) -> None:
    with pytest.raises(BadSignature):
        verify(channel or _channel(), request)


def test_a_form() -> None:
    verify(_channel(), _request(SHA1))
    verify(_channel(), _request(SHA1, URL.replace(".test/", ".test:443/")))
    _refused(_request(SHA1, body=urlencode({**FORM, "Body": "Hi & by"}).encode()))
    _refused(_request(SHA1, URL.replace("x=1", "x=2")))
    for wrong in ("", "x", SHA1[:-1], "ü" * 28, SHA256):
        _refused(_request(wrong))


def test_a_form_signed_with_a_key_for_webhooks() -> None:
    settings = "key=SK1,algorithm=HMAC_SHA256"
    verify(_channel(), _request(SHA256, settings=settings))
    _refused(_request(SHA1, settings=settings))
    _refused(_request(SHA1, settings="key=SK1,algorithm=HMAC_MD5"))
    without_key = Channel(secrets={"auth_token": "twilio-secret"})  # type: ignore[misc]
    _refused(_request(SHA256, settings=settings), without_key)


def test_json() -> None:
    signature = "3nI4BrROxKM31ahv79ZsxtnU4UA="
    verify(_channel(), _request(signature, JSON_URL, b'{"a":1}', "json"))
    _refused(_request(signature, JSON_URL, b'{"a":2}', "json"))
    # The signature covers the URL alone: as a form, too, the body must be the one of the digest.
    _refused(_request(signature, JSON_URL, b"", "form"))
    _refused(_request(signature, JSON_URL, b"&&", "form"))


def test_a_body_that_nothing_covers_is_refused() -> None:
    url = "https://hub.example.test/hooks/twilio/7"
    made = signing.twilio_form("twilio-secret", url, {})["X-Twilio-Signature"]
    _refused(_request(made, url, b'{"a":1}', "json"))
    other = hashlib.sha256(b"other").hexdigest()
    _refused(_request(made, f"{url}?bodySHA256={other}", b'{"a":1}', "json"))


def test_without_a_secret_nothing_is_believed() -> None:
    empty = signing.twilio_form("", URL, FORM)["X-Twilio-Signature"]
    _refused(_request(empty), Channel(secrets={}))  # type: ignore[misc]


def test_values_that_come_twice_are_signed_once() -> None:
    body = b"A=2&A=1&A=2&B="
    made = signing.twilio_form("twilio-secret", URL, {"A": ["2", "1", "2"], "B": ""})
    verify(_channel(), _request(made["X-Twilio-Signature"], body=body))
