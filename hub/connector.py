"""The port between channels and the house: what a connector is, and how it hands things in.

A subclass with `kind` and `label` alone is a valid connector that can be configured but
neither receives nor sends. Everything else is one hook a need; hooks are synchronous and are
called from worker threads, except `parse` and `prepare`, which are pure: no database, no
network, no clock.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction

from hub import jobs
from hub.channel_form import Check, Paste, Step, Suggestion
from hub.clock import now
from hub.inserting import insert_alike
from hub.inspection import Inspection
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
from hub.stopping import Stopping
from hub.tenancy import new_id
from hub.transaction import unit

PROCESS_ENVELOPE = "inbox.process_envelope"
"""The job that understands an envelope."""

CHANNEL_HEALTH = "inbox.channel_health"
"""The job that takes up what a listener says of its channel; see `hub.connections`."""

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


@dataclass(frozen=True, slots=True)
class Batch:
    """What a listener brought, kept together with how far it has read: both, or neither.

    `name` tells the cursors of one channel apart (folders, feeds). A `warning` is shown to administrators:
    it works, but something does not.
    """

    items: Sequence[Polled]
    cursor: Mapping[str, Any]
    name: str = "poll"
    warning: str = ""


Cursors = Callable[[str], Mapping[str, Any]]
"""The committed cursor of a name; empty when there is none yet."""


class Connector:
    """The code for one kind of channel. Instances are shared and hold no state of a channel."""

    kind: ClassVar[str]
    label: ClassVar[str]
    icon: ClassVar[str] = "message-square"
    identity_kind: ClassVar[str] = ""
    """The kind of identity by which this channel knows people; the channel's kind if empty."""
    poll_interval: ClassVar[float] = 60.0
    """Seconds between two polls of a channel."""
    patience: ClassVar[timedelta] = timedelta(hours=12)
    """For how long a message is tried again that a provider does not take."""

    def capabilities(self, config: Mapping[str, Any]) -> Capabilities:
        """What a channel configured like this can do."""
        return Capabilities()

    def normalise(self, address: str) -> str | None:
        """The one stored form of an address that a person typed, or None when it is none.

        The default takes any text without blanks inside, in lower case.
        """
        value = address.strip().lower()
        return value if value and len(value.split()) == 1 else None

    def is_own(self, channel: Channel, address: str) -> bool:
        """Whether what is sent to this normal address comes in by the channel."""
        return address == channel.address.lower()

    def form(self) -> Sequence[Step]:
        """What an administrator is asked about a channel, beside its name, address and queue."""
        return ()

    def suggest(self, address: str) -> Suggestion | None:
        """What the form may be filled with for this address; None when nothing is known of it. No network."""
        return None

    def clean(
        self, address: str, config: Mapping[str, Any], secrets: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Config and secrets as they are to be kept, missing secrets made; raises `InvalidSettings`.

        No network: `test` finds out whether they work.
        """
        return config, secrets

    def test(self, channel: Channel) -> Sequence[Check]:
        """Try what the settings promise, by real calls of a few seconds each. Never raises."""
        health = self.health(channel)
        return [Check("Health", health.ok, health.detail or ("Everything is well." if health.ok else ""))]

    def pastes(self, channel: Channel) -> Sequence[Paste]:
        """What must be entered elsewhere for the channel to work well, and whether it is."""
        return ()

    def sign_in_url(self, channel: Channel, redirect_url: str, state: str) -> str:
        """Where an administrator allows us the provider's account (OAuth 2); raises `NotSupported`."""
        raise NotSupported(f"{self.kind} needs no sign-in elsewhere")

    def finish_sign_in(
        self, channel: Channel, answer: Mapping[str, str], redirect_url: str
    ) -> Mapping[str, Any]:
        """The secrets to merge into the channel's after the provider sent the administrator back.

        Raises `SendError` with the provider's words when it did not allow it.
        """
        raise NotSupported(f"{self.kind} needs no sign-in elsewhere")

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

    def enrich(
        self, batch: Sequence[tuple[Channel, bytes, Mapping[str, Any]]]
    ) -> Sequence[Mapping[str, Any]]:
        """The headers of envelopes, given as (channel, raw, headers), with what only the network can tell.

        Called before `parse`, outside of any transaction, for those that wait together: within a few seconds
        for all of them, and never raises. Headers that are answered as they came cost nothing more; others
        are kept with the envelope.
        """
        return [headers for _, _, headers in batch]

    def parse(self, raw: bytes, headers: Mapping[str, Any], config: Mapping[str, Any]) -> Sequence[Inbound]:
        """Understand an envelope. Pure and total: a bad element becomes `Ignored` with its
        reason and never spoils the others. Raises `ValueError` only when nothing at all can
        be made of it; the envelope is then quarantined.
        """
        raise ValueError(f"{self.kind} does not receive")

    def inspect(self, raw: bytes) -> Inspection:
        """What a person may look up in an envelope beside the message itself. Pure, and never raises."""
        return Inspection()

    def written(self, channel: Channel, message: OutboundMessage) -> bytes:
        """The bytes of a message as `send` hands them over; raises `NotSupported` where there are none."""
        raise NotSupported(f"{self.kind} keeps no original")

    def poll(self, channel: Channel, cursor: Mapping[str, Any]) -> tuple[Sequence[Polled], Mapping[str, Any]]:
        """Fetch what is new since `cursor`; answers it with the next cursor, which is committed
        together with the envelopes."""
        raise NotSupported(f"{self.kind} is not polled")

    def listening_key(self, channel: Channel) -> str:
        """What a connection made by `listen` depends on; empty when this channel is not listened to.

        No network. A channel whose key changes is connected anew.
        """
        return ""

    def listen(self, channel: Channel, cursors: Cursors, stopping: Stopping) -> Iterator[Batch]:
        """Keep in touch with the provider for hours, and yield what it brings.

        Runs in a thread of its own. A batch is committed before the generator goes on: what stands behind a
        `yield` may acknowledge to the provider. When the commit fails, or the process is killed, it does not
        go on; the next call finds the last committed cursor, and everything after it is brought again.
        Yield an empty batch to say that all is well: at least once when the connection stands.

        Whoever returns is called again after `poll_interval` seconds, so polling with an acknowledgement is a
        listener that returns. Whoever raises is called again after a growing pause, and `classify` says who
        must act. Wait with `stopping.wait(seconds)`, or for a socket and `stopping` together, and return soon
        once it is set.
        """
        raise NotSupported(f"{self.kind} is not listened to")

    def destinations(self, channel: Channel, recipient: str) -> Mapping[str, int]:
        """Through what a message passes, and how many may be under way there at once, all processes together.

        The widest first (a relay, an account); the next one (a domain, a carrier behind it) begins with that
        name and a blank. The same name means the same place whoever sends. Empty: no limit. No network.
        """
        return {}

    def quotes_history(self, config: Mapping[str, Any]) -> bool:
        """Whether an answer carries the words that it answers (`OutboundMessage.quoted`)."""
        return False

    def send(self, channel: Channel, message: OutboundMessage) -> Receipt:
        """Hand one message to the provider: exactly one call. Raises `SendError`."""
        raise SendError(ErrorClass.PERMANENT, "not-supported", f"{self.label} cannot send messages.")

    def sent(self, channel: Channel, message: OutboundMessage, receipt: Receipt) -> None:
        """Called in the unit of work that records a successful `send`: the place to enqueue what follows."""

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
        with unit():
            try:
                with transaction.atomic():
                    return _keep(batch, {})  # Nearly everything is new: look only when it is not.
            except IntegrityError:
                return _keep(batch, _known(batch))
    except IntegrityError:
        with unit():
            return _keep(batch, _known(batch))  # Another process took a key between look and insert.
    except DatabaseError as error:
        raise StorageUnavailable(str(error)) from error


def _keep(batch: Sequence[tuple[Channel, Polled]], known: dict[tuple[UUID, str], UUID]) -> list[Accepted]:
    """Insert what is not `known`, with its jobs; raises `IntegrityError` when something is there already."""
    at = now()
    accepted, fresh, work = [], [], []
    for channel, polled in batch:
        place = (channel.pk, polled.dedupe_key[:KEY_LENGTH])
        is_new = place not in known
        if is_new:
            key = known[place] = new_id()
            lane = f"{channel.pk}:{polled.lane}"[:80] if polled.lane else None
            headers = dict(polled.headers)
            fresh.append((key, channel.organization_id, channel.pk, place[1], polled.raw, headers))
            work.append(({"envelope_id": str(key)}, lane))
        accepted.append(Accepted(str(known[place]), duplicate=not is_new))
    if fresh:
        insert_alike(InboundEnvelope, {"received_at": at}, _COLUMNS, fresh)
        jobs.enqueue_all(PROCESS_ENVELOPE, work, queue="receive")
    return accepted


_COLUMNS = ("id", "organization_id", "channel_id", "dedupe_key", "raw", "headers")


def _known(batch: Sequence[tuple[Channel, Polled]]) -> dict[tuple[UUID, str], UUID]:
    """The envelopes that are kept already, by channel and key."""
    rows = InboundEnvelope.objects.unscoped("what comes in names its channels").filter(
        channel_id__in={channel.pk for channel, _ in batch},
        dedupe_key__in={polled.dedupe_key[:KEY_LENGTH] for _, polled in batch},
    )
    return {(channel, key): pk for pk, channel, key in rows.values_list("pk", "channel_id", "dedupe_key")}
