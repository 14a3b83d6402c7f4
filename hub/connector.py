"""The port between channels and the house: what a connector is, and how it hands things in.

A subclass with `kind` and `label` alone is a valid connector that can be configured but
neither receives nor sends. Everything else is one hook a need; hooks are synchronous and are
called from worker threads, except `parse`, `window` and what else says that it is pure: no database,
no network, no clock.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from hub import remote_files
from hub.accepting import (
    KEY_LENGTH,
    PROCESS_ENVELOPE,
    Accepted,
    Polled,
    StorageUnavailable,
    accept,
    accept_all,
)
from hub.channel_form import Check, Paste, Step, Suggestion
from hub.inspection import Inspection
from hub.messages import (
    CannotFetch,
    Capabilities,
    ErrorClass,
    Exchange,
    File,
    Health,
    Inbound,
    MessageRef,
    OutboundMessage,
    ProviderTemplate,
    RawRequest,
    Receipt,
    RemoteFile,
    SendError,
    WebhookReply,
    Window,
)
from hub.models.channels import Channel
from hub.reply_window import window_by_capabilities
from hub.stopping import Stopping

__all__ = [
    "CHANNEL_HEALTH",
    "KEY_LENGTH",
    "PROCESS_ENVELOPE",
    "Accepted",
    "BadSignature",
    "Batch",
    "Connector",
    "Cursors",
    "NotSupported",
    "Polled",
    "StorageUnavailable",
    "accept",
    "accept_all",
]

CHANNEL_HEALTH = "inbox.channel_health"
"""The job that takes up what a listener says of its channel; see `hub.connections`."""


class BadSignature(Exception):
    """A webhook request is not from the provider it claims to be from."""


class NotSupported(Exception):
    """The channel cannot do this; its capabilities say so."""


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
    provider: ClassVar[str] = ""
    """The provider's name in `HUB_PROVIDER_BASE_URLS`."""
    routes: ClassVar[frozenset[str]] = frozenset({""})
    """What may stand behind `/hooks/<kind>/<channel id>/`; see `RawRequest.route`."""
    secret_headers: ClassVar[frozenset[str]] = frozenset({"authorization", "cookie"})
    """Headers of webhooks, in lower case, that are not kept with the envelope."""
    file_hosts: ClassVar[tuple[str, ...]] = ()
    """Hosts from which files are fetched; `.example.com` means all below it, `*` any public one."""
    file_limit: ClassVar[int] = 50 * 1024 * 1024
    """Bytes that a fetched file may have."""

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
        """Check a webhook's signature over the raw bytes, in constant time; raise `BadSignature`.

        Pure. A challenge without a signature is checked by what stands for one, such as a verify token.
        """
        raise BadSignature(f"{self.kind} takes no webhooks")

    def handshake(self, channel: Channel, request: RawRequest) -> WebhookReply | None:
        """Answer a provider's challenge, or None when the request is none. It has been verified."""
        return None

    def acknowledge(self, channel: Channel, request: RawRequest) -> WebhookReply:
        """The answer to an accepted webhook."""
        return WebhookReply()

    def dedupe_key(self, channel: Channel, request: RawRequest) -> str:
        """What makes a webhook request unique within its channel; never empty.

        By default a digest of route, query and body. Raises `ValueError` for what is no request of the
        provider's at all; it is answered with 400.
        """
        return remote_files.digest(request.route, request.url.partition("?")[2], request.body)

    def lane(self, channel: Channel, request: RawRequest) -> str:
        """Webhooks of one lane (a sender, a chat) are understood in the order in which they came. Pure."""
        return ""

    def addressees(self, request: RawRequest) -> Sequence[str]:
        """The addresses of the channels that a request to the shared URL `/hooks/<kind>/` is for.

        One URL serves all channels of a provider's app. Pure, before anything is trusted: each of the
        channels verifies the request itself, and each gets it whole; `parse` takes what is its own, by
        `headers["address"]`. A request that names none, such as a challenge, goes to the first that verifies
        it. Raises `NotSupported` where there is no such URL.
        """
        raise NotSupported(f"{self.kind} has no shared URL")

    def connect(self, channel: Channel, callback_url: str) -> None:
        """Have the provider send webhooks to this URL; called when the channel is switched on or changed.

        May be called again. Raises `SendError`, which makes the channel wait for an administrator.
        """

    def disconnect(self, channel: Channel) -> None:
        """Have the provider stop; called when the channel is switched off or removed. Best effort."""

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

    def fetch_file(self, channel: Channel, file: RemoteFile) -> File:
        """Fetch a file of a message, after its envelope is safe and before its message is shown.

        By default GETs its `url` from one of `file_hosts`, with the headers of `file_headers` for that host
        alone. Raises `CannotFetch`; what is not lasting is tried again a few times.
        """
        if not file.url:
            raise CannotFetch("The provider did not say where the file is.", is_lasting=True)
        return remote_files.fetch(
            file,
            hosts=self.file_hosts,
            headers=self.file_headers(channel),
            limit=self.file_limit,
            provider=self.provider,
        )

    def file_headers(self, channel: Channel) -> Mapping[str, str]:
        """What proves to the provider's `file_hosts` that we may have a file. No network."""
        return {}

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

    def window(self, channel: Channel, exchange: Exchange) -> Window:
        """Whether somebody may be written to now, and as what. Pure.

        By default what the capabilities' `reply_window`, `tag_window` and `templates` say.
        """
        return window_by_capabilities(self.capabilities(channel.config), exchange)

    def templates(self, channel: Channel) -> Sequence[ProviderTemplate]:
        """The texts that the provider has approved, and those that it has not yet. Raises `SendError`."""
        raise NotSupported(f"{self.kind} has no templates")

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

    def edit(self, channel: Channel, target: MessageRef, text: str) -> None:
        """Have a message of ours say something else. Once more is harmless. Raises `SendError`."""
        raise NotSupported(f"{self.kind} cannot change what was sent")

    def delete(self, channel: Channel, target: MessageRef) -> None:
        """Take a message of ours back. Once more is harmless. Raises `SendError`."""
        raise NotSupported(f"{self.kind} cannot take back what was sent")

    def react(self, channel: Channel, target: MessageRef, emoji: str, *, removed: bool = False) -> None:
        """Put an emoji of ours on a message, or take it back. Once more is harmless. Raises `SendError`."""
        raise NotSupported(f"{self.kind} knows no reactions")

    def typing(self, channel: Channel, thread_key: str, state: str) -> None:
        """Show the customer that an agent starts or stops ("start", "stop") typing. Best effort."""

    def health(self, channel: Channel) -> Health:
        """How the channel is now; may make one cheap call."""
        return Health(ok=channel.is_active, detail=str(channel.health.get("detail", "")))
