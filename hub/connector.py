"""The port between channels and the house: what a connector is, and how it hands things in.

A subclass with `kind` and `label` alone is a valid connector that can be configured but
neither receives nor sends. Everything else is one hook a need; hooks are synchronous and are
called from worker threads, except `parse` and `prepare`, which are pure: no database, no
network, no clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.db import DatabaseError, IntegrityError

from hub import jobs
from hub.messages import (
    Capabilities,
    ErrorClass,
    Health,
    Inbound,
    OutboundMessage,
    RawRequest,
    Receipt,
    SendError,
    WebhookReply,
)
from hub.models.channels import Channel, InboundEnvelope
from hub.transaction import unit

PROCESS_ENVELOPE = "inbox.process_envelope"
"""The job that understands an envelope."""

KEY_LENGTH = 255
"""Characters of a dedupe key that count."""


class StorageUnavailable(Exception):
    """The database cannot take anything now: refuse with the protocol's "try again later"."""


class BadSignature(Exception):
    """A webhook request is not from the provider it claims to be from."""


class NotSupported(Exception):
    """The channel cannot do this; its capabilities say so."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An envelope that is safe; `duplicate` when it was safe already."""

    envelope_id: str
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Polled:
    """One raw thing that a poll brought, with what makes it unique within its channel."""

    raw: bytes
    dedupe_key: str
    headers: Mapping[str, Any]
    lane: str = ""


class Connector:
    """The code for one kind of channel. Instances are shared and hold no state of a channel."""

    kind: ClassVar[str]
    label: ClassVar[str]
    icon: ClassVar[str] = "message-square"
    identity_kind: ClassVar[str] = ""
    """The kind of identity by which this channel knows people; the channel's kind if empty."""
    poll_interval: ClassVar[float] = 60.0
    """Seconds between two polls of a channel."""

    def capabilities(self, config: Mapping[str, Any]) -> Capabilities:
        """What a channel configured like this can do."""
        return Capabilities()

    def normalise(self, address: str) -> str | None:
        """The one stored form of an address that a person typed, or None when it is none.

        The default takes any text without blanks inside, in lower case.
        """
        value = address.strip().lower()
        return value if value and len(value.split()) == 1 else None

    def verify(self, channel: Channel, request: RawRequest) -> None:
        """Check a webhook's signature over the raw bytes, in constant time; raise `BadSignature`."""
        raise BadSignature(f"{self.kind} takes no webhooks")

    def handshake(self, channel: Channel, request: RawRequest) -> WebhookReply | None:
        """Answer a provider's challenge, or None when the request is none."""
        return None

    def acknowledge(self, channel: Channel, request: RawRequest) -> WebhookReply:
        """The answer to an accepted webhook."""
        return WebhookReply()

    def dedupe_key(self, channel: Channel, request: RawRequest) -> str:
        """What makes a webhook request unique within its channel; never empty."""
        raise NotSupported(f"{self.kind} takes no webhooks")

    def parse(self, raw: bytes, headers: Mapping[str, Any], config: Mapping[str, Any]) -> Sequence[Inbound]:
        """Understand an envelope. Pure and total: a bad element becomes `Ignored` with its
        reason and never spoils the others. Raises `ValueError` only when nothing at all can
        be made of it; the envelope is then quarantined.
        """
        raise ValueError(f"{self.kind} does not receive")

    def poll(self, channel: Channel, cursor: Mapping[str, Any]) -> tuple[Sequence[Polled], Mapping[str, Any]]:
        """Fetch what is new since `cursor`; answers it with the next cursor, which is committed
        together with the envelopes."""
        raise NotSupported(f"{self.kind} is not polled")

    def send(self, channel: Channel, message: OutboundMessage) -> Receipt:
        """Hand one message to the provider: exactly one call. Raises `SendError`."""
        raise SendError(ErrorClass.PERMANENT, "not-supported", f"{self.label} cannot send messages.")

    def classify(self, error: Exception) -> SendError:
        """Turn a transport's or provider's error into a `SendError` that says who must act."""
        if isinstance(error, SendError):
            return error
        return SendError(ErrorClass.RETRY, type(error).__name__, str(error)[:300], uncertain=True)

    def reconcile(self, channel: Channel, message: OutboundMessage) -> Receipt | None:
        """Find out what became of a send whose outcome is unknown; None when it cannot tell."""
        return None

    def typing(self, channel: Channel, thread_key: str, state: str) -> None:
        """Show the customer that an agent starts or stops typing. Best effort."""

    def health(self, channel: Channel) -> Health:
        """How the channel is now; may make one cheap call."""
        return Health(ok=channel.is_active, detail=str(channel.health.get("detail", "")))


def accept(
    channel: Channel,
    raw: bytes,
    *,
    dedupe_key: str,
    headers: Mapping[str, Any] | None = None,
    lane: str = "",
) -> Accepted:
    """Keep what came in, and the job to understand it, in one transaction.

    The outside may be told "taken" once this returns. The same key again is a no-op and
    answers with the first envelope. Envelopes of one `lane` (a sender, a chat) are
    understood in the order of their acceptance. Raises `StorageUnavailable` when the
    database cannot take it, `ValueError` for an empty key.
    """
    return accept_all([(channel, Polled(raw, dedupe_key, headers or {}, lane))])[0]


def accept_all(batch: Sequence[tuple[Channel, Polled]]) -> list[Accepted]:
    """`accept` for several at once: all of them are kept, or none."""
    if not all(polled.dedupe_key for _, polled in batch):
        raise ValueError("an envelope needs a dedupe_key")
    try:
        return _accept_all(batch)
    except IntegrityError:
        return _accept_all(batch)  # Another process took the same key between look and insert.
    except DatabaseError as error:
        raise StorageUnavailable(str(error)) from error


def _accept_all(batch: Sequence[tuple[Channel, Polled]]) -> list[Accepted]:
    with unit():
        known = _known(batch)
        accepted, fresh = [], []
        for channel, polled in batch:
            place = (channel.pk, polled.dedupe_key[:KEY_LENGTH])
            is_new = place not in known
            if is_new:
                envelope = _envelope(channel, polled)
                known[place] = envelope.pk
                fresh.append((envelope, f"{channel.pk}:{polled.lane}"[:80] if polled.lane else None))
            accepted.append(Accepted(str(known[place]), duplicate=not is_new))
        InboundEnvelope.objects.bulk_create(envelope for envelope, _ in fresh)
        jobs.enqueue_all(
            PROCESS_ENVELOPE,
            [({"envelope_id": str(envelope.pk)}, lane) for envelope, lane in fresh],
            queue="receive",
        )
        return accepted


def _known(batch: Sequence[tuple[Channel, Polled]]) -> dict[tuple[UUID, str], UUID]:
    """The envelopes that are kept already, by channel and key."""
    rows = InboundEnvelope.objects.unscoped("what comes in names its channels").filter(
        channel_id__in={channel.pk for channel, _ in batch},
        dedupe_key__in={polled.dedupe_key[:KEY_LENGTH] for _, polled in batch},
    )
    return {(channel, key): pk for pk, channel, key in rows.values_list("pk", "channel_id", "dedupe_key")}


def _envelope(channel: Channel, polled: Polled) -> InboundEnvelope:
    return InboundEnvelope(
        organization_id=channel.organization_id,
        channel=channel,
        dedupe_key=polled.dedupe_key[:KEY_LENGTH],
        raw=polled.raw,
        headers=dict(polled.headers),
    )
