"""A channel's own mail server and habits: what its settings make of what agents write."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from ipaddress import ip_network
from typing import Any

import pytest

from connectors.email.connector import EmailConnector
from connectors.email.sending.letterhead import Letterhead
from hub import tokens
from hub.messages import ErrorClass, Ignored, InboundMessage, OutboundMessage, SendError
from hub.models import Channel
from tests.connectors.email.conftest import LoopThread
from tests.connectors.email.relay_server import PASSWORD, USER, provider
from tests.connectors.email.test_compose import MESSAGE

EMAIL = EmailConnector()
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")


@pytest.fixture
def message(channel: Channel) -> OutboundMessage:
    return replace(MESSAGE, reply_token=tokens.sign_id(tokens.REPLY, channel.pk))


def own_server(channel: Channel, port: int, **config: Any) -> Channel:
    channel.config = {
        "send_by": "smtp", "smtp_host": "localhost", "smtp_port": port, "smtp_security": "none",
        "smtp_user": USER, **config,
    }  # fmt: skip
    channel.secrets = {"smtp_password": PASSWORD}
    return channel


def test_mail_leaves_through_the_channels_own_server(
    channel: Channel, message: OutboundMessage, loop_thread: LoopThread, settings: Any
) -> None:
    settings.SMTP_RELAY_URL = "smtp://127.0.0.1:1"
    settings.ALLOWED_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
    with provider(loop_thread, sign_in=True) as server:
        own = own_server(channel, server.port)
        assert EMAIL.send(own, message).via == "smtp"
        assert server.taken[0].mail_from == USER
        assert EMAIL.send(own, replace(message, automatic=True)).status == "sent"
        assert server.taken[1].mail_from == USER
        settings.REDIS_URL = ""
        assert list(EMAIL.destinations(own, "Carla@Example.NET").values()) == [3, 3]
        settings.REDIS_URL = "redis://elsewhere"  # several processes, so that waiting ones hold nobody up
        assert list(EMAIL.destinations(own, "Carla@Example.NET").values()) == [10, 4]


def test_an_administrator_cannot_reach_into_the_house(
    channel: Channel, message: OutboundMessage, loop_thread: LoopThread
) -> None:
    with provider(loop_thread) as server:
        with pytest.raises(SendError) as caught:
            EMAIL.send(own_server(channel, server.port), message)
        assert caught.value.error_class == ErrorClass.RECONNECT and not server.connections


def test_a_channel_without_a_server_name_waits_for_its_administrator(
    channel: Channel, message: OutboundMessage
) -> None:
    channel.config = {"send_by": "smtp"}
    with pytest.raises(SendError, match="No SMTP server") as caught:
        EMAIL.send(channel, message)
    assert caught.value.error_class == ErrorClass.RECONNECT
    assert not EMAIL.health(channel).ok
    assert EMAIL.destinations(channel, "a@b.test") == {}


@pytest.mark.parametrize(
    "config, takes",
    [
        ({}, True),
        ({"receive_by": "imap"}, False),
        ({"receive_by": "imap", "sign_in": "google"}, True),
        ({"receive_by": "pop3", "subaddress": True}, True),
        ({"subaddress": False}, False),
    ],
)
def test_answers_carry_a_subaddress_only_where_it_arrives(
    channel: Channel, config: dict[str, Any], takes: bool
) -> None:
    channel.config = config
    assert Letterhead.of(channel).takes_subaddresses is takes


@pytest.fixture
def sent(channel: Channel, message: OutboundMessage, loop_thread: LoopThread, settings: Any) -> bytes:
    """A mail of the channel as its server got it."""
    with provider(loop_thread) as server:
        settings.SMTP_RELAY_URL = f"smtp://127.0.0.1:{server.port}"
        EMAIL.send(channel, message)
        return server.taken[0].original_content or b""


def read(raw: bytes, own: str = "support@acme.test") -> Any:
    (inbound,) = EMAIL.parse(raw, {"address": own, "sender": "list@example.org"}, {})
    return inbound


def test_our_own_mail_is_known_when_a_list_brings_it_back(sent: bytes) -> None:
    rewritten = sent.replace(b"<support@acme.test>", b"<list@example.org>", 1)
    assert isinstance(read(rewritten), Ignored)
    assert isinstance(read(rewritten, "sales@acme.test"), InboundMessage)


def test_a_stranger_who_copies_the_mark_but_not_the_id_is_heard(sent: bytes) -> None:
    original = message_from_bytes(sent)
    raw = (
        f"From: dan@example.net\r\nMessage-ID: <x@example.net>\r\nX-Omnihub-Loop: "
        f"{original['X-Omnihub-Loop']}\r\n\r\nHello\r\n"
    )
    assert isinstance(read(raw.encode()), InboundMessage)


def test_the_hidden_mark_comes_home_when_every_header_was_lost(sent: bytes, channel: Channel) -> None:
    html = message_from_bytes(sent).get_payload()[1].get_payload(decode=True).decode()  # type: ignore[union-attr, index]
    raw = (
        "From: carla@example.net\r\nSubject: x\r\nMessage-ID: <y@example.net>\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Thanks</p><blockquote>{html}</blockquote>\r\n"
    )
    inbound = read(raw.encode())
    assert inbound.reply_token == ""
    assert tokens.read_id(tokens.REPLY, inbound.marker_token) == channel.pk
    forged = raw.replace(inbound.marker_token, inbound.marker_token[::-1])
    assert read(forged.encode()).marker_token == ""


def test_the_original_of_an_answer_is_what_left(
    channel: Channel, message: OutboundMessage, sent: bytes
) -> None:
    assert EMAIL.written(channel, message) == sent


def test_settings_that_sign_get_their_key_when_they_are_saved() -> None:
    config, secrets = EMAIL.clean("support@acme.test", {"sign_dkim": True}, {})
    assert config["dkim_selector"].startswith("hub")
    assert "PRIVATE KEY" in secrets["dkim_private_key"]
    assert EMAIL.clean("support@acme.test", config, secrets) == (config, secrets)
