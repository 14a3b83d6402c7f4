"""What the conformance kit asks of a channel's provider: each kind has a `Fake` that answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from hub.messages import ErrorClass, Party
from hub.models import Channel, Organization
from tests import factories
from tests.fakes.server import Answer, FakeProvider
from tests.fakes.webhooks import Webhook

Event = Any
"""One thing that happened at the provider, in the provider's own form; `ChannelFake.webhook` wraps it."""


@dataclass(frozen=True)
class ErrorRow:
    """What the provider answers to a send, and who must act according to the hub."""

    name: str
    answer: Answer
    error_class: ErrorClass


class ChannelFake:
    """The provider of one kind of channel: its API on loopback, and what it tells the hub.

    Name the subclass `Fake` and put it into `tests/fakes/<kind>.py` (or `<package>/fake.py` of a connector
    that lives elsewhere): the kit finds it there. Methods that answer None say that the provider has no such
    thing; the capabilities must then say the same.
    """

    kind: ClassVar[str]
    error_rows: ClassVar[Sequence[ErrorRow]] = ()
    """Every row of the provider's error table that the connector knows."""
    file_content: ClassVar[bytes] = b"\x89PNG\r\n\x1a\nfake"
    """What the files of `message` hold."""

    def __init__(self) -> None:
        self.server = self.make_server()

    def make_server(self) -> FakeProvider:
        """The provider's API, not yet started."""
        return FakeProvider()

    def base_urls(self) -> Mapping[str, str]:
        """Where `HUB_PROVIDER_BASE_URLS` has to put the provider; the server runs already."""
        return {self.kind: self.server.base_url}

    def fields(self, number: int) -> Mapping[str, Any]:
        """`address`, `config` and `secrets` of the number-th channel; no two have a value in common."""
        raise NotImplementedError

    def channel(self, organization: Organization, number: int = 1) -> Channel:
        """A configured channel."""
        return factories.channel(organization, self.kind, **self.fields(number))

    # What the provider tells the hub

    def message(
        self,
        channel: Channel,
        key: str,
        text: str = "Where is my parcel?",
        *,
        sender: str = "1",
        at: datetime | None = None,
        files: int = 0,
        file_url: str = "",
    ) -> Event:
        """A customer writes. The same `key` is the same message, the same `sender` the same person.

        With `files` that many come along, each holding `file_content`; `file_url` is where they lie, where
        the provider gives URLs (the fake's own place if empty).
        """
        raise NotImplementedError

    def sender(self, number: str = "1") -> Party:
        """The party that a message of this sender must come from (kind and value count)."""
        raise NotImplementedError

    def message_id(self, channel: Channel, key: str) -> str:
        """The `external_id` that the connector must give a message of this key."""
        raise NotImplementedError

    def edit(self, channel: Channel, key: str, text: str, at: datetime | None = None) -> Event | None:
        """The customer changes a message."""
        return None

    def deletion(self, channel: Channel, key: str) -> Event | None:
        """The customer takes a message back."""
        return None

    def reaction(
        self, channel: Channel, key: str, emoji: str = "👍", *, removed: bool = False
    ) -> Event | None:
        """The customer puts an emoji on a message, or takes it back."""
        return None

    def status(
        self, channel: Channel, provider_id: str, status: str, *, delivery_id: str = ""
    ) -> Event | None:
        """The provider tells of a message of ours: sent, delivered, read, undelivered or failed."""
        return None

    def read_up_to(self, channel: Channel, moment: datetime, *, sender: str = "1") -> Event | None:
        """The customer has read everything up to a moment."""
        return None

    def echo(self, channel: Channel, provider_id: str, text: str, *, sender: str = "1") -> Event | None:
        """The provider replays a message of ours to this customer."""
        return None

    def webhook(self, channel: Channel, events: Sequence[Event]) -> Webhook:
        """The unsigned request that brings events; called with several only if `has_batches`."""
        raise NotImplementedError

    has_batches: ClassVar[bool] = False
    """Whether one request may bring several events."""
    is_signed: ClassVar[bool] = True
    """Whether the signature covers the body (a secret in a header does not)."""
    has_clock: ClassVar[bool] = False
    """Whether the signature covers a time, so that an old request is refused."""

    def signed(self, channel: Channel, webhook: Webhook, at: datetime | None = None) -> Webhook:
        """The request with the provider's real signature, made at that time."""
        raise NotImplementedError

    def bring(self, channel: Channel, *events: Event) -> Webhook:
        """The signed request for these events."""
        return self.signed(channel, self.webhook(channel, events))

    def challenge(self, channel: Channel) -> tuple[Webhook, bytes] | None:
        """The provider's challenge, ready to be brought, and the body that must answer it."""
        return None

    # What the hub tells the provider

    def taken(self) -> Sequence[str]:
        """The texts of the messages that the provider has taken, in their order."""
        raise NotImplementedError

    def amended(self) -> Sequence[tuple[str, str, str]]:
        """What else it was told: ("edit" | "delete" | "react" | "unreact", provider id, text or emoji)."""
        return ()
