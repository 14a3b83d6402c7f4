"""What can be tried without a hub."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from hub import registry
from hub.connector import BadSignature
from hub.messages import Ignored, InboundMessage, RawRequest
from hub.models import Channel

MESSAGE = {"type": "message", "id": "m1", "from": {"id": "c1", "name": "Ann"}, "text": "Hello"}


def body(*events: object) -> bytes:
    return json.dumps({"events": list(events)}).encode()


def test_the_hub_finds_it() -> None:
    connector = registry.connector("$kind")
    assert connector.label and connector.capabilities({}).send


def test_a_message_is_understood_and_a_bad_one_spoils_nothing() -> None:
    found = registry.connector("$kind").parse(body(MESSAGE, {"type": "message"}, 7), {}, {})
    first, *others = found
    assert isinstance(first, InboundMessage)
    assert (first.external_id, first.sender.value, first.text) == ("m1", "c1", "Hello")
    assert [type(one) for one in others] == [Ignored, Ignored]


def test_only_the_provider_is_believed() -> None:
    channel = Channel(kind="$kind", secrets={"signing_secret": "secret"})
    raw = body(MESSAGE)
    signature = hmac.new(b"secret", raw, hashlib.sha256).hexdigest()

    def verify(given: str) -> None:
        headers = {"x-signature": given} if given else {}
        request = RawRequest("POST", "https://hub.example/", headers, raw, datetime.now(UTC))
        registry.connector("$kind").verify(channel, request)

    verify(signature)
    for wrong in ("", "x", signature[:-1] + "0" if signature[-1] != "0" else signature[:-1] + "1"):
        with pytest.raises(BadSignature):
            verify(wrong)
