"""What happened, and why: events, envelopes, decisions, the ledger of a message."""

from typing import Any, Literal

from inbox.api.schemas.kinds import Shape
from inbox.api.schemas.shapes.channels import ChannelRef
from inbox.api.schemas.shapes.items import Authentication, Delivery
from inbox.api.schemas.shapes.listing import Listing


class Event(Shape):
    """An event as the socket carries it."""

    type: Literal["event"]
    seq: int
    event: str
    at: str
    data: dict[str, Any]


class EventLog(Listing[Event]):
    """Events after `since`, oldest first; the log stands at `seq` in this `epoch`."""

    epoch: str
    seq: int


class Decision(Shape):
    """Why something was done, with the item of the timeline that it was done with, if it was one."""

    item_id: str | None = None
    seq: int | None = None
    at: str
    about: str
    reason: str
    candidates: list[Any]


class Envelope(Shape):
    """What came in, without its bytes."""

    id: str
    channel: ChannelRef
    state: Literal["received", "processed", "ignored", "quarantined"]
    received_at: str
    processed_at: str | None
    attempts: int
    error: str
    size: int


class Attempt(Shape):
    number: int
    started_at: str
    ended_at: str | None
    outcome: str
    code: str
    detail: str


class TracedDelivery(Delivery):
    attempts: list[Attempt]


class RemoteImage(Shape):
    """A picture of a message that lies elsewhere; `url` fetches it through the hub for twenty minutes."""

    source: str
    url: str


class Header(Shape):
    name: str
    value: str


class Hop(Shape):
    """A server that a message passed; `delay` in seconds since the one before."""

    by: str
    sender: str
    protocol: str
    at: str | None
    delay: float | None


class Headers(Shape):
    """The head of a message as it came, decoded; hops from the sender to the hub."""

    headers: list[Header]
    hops: list[Hop]
    authentication: Authentication | None


class Step(Shape):
    at: str
    step: str
    detail: str
    data: dict[str, Any]


class Trace(Shape):
    """A message's way through the hub, in the order of time."""

    message_id: str
    conversation_id: str
    direction: Literal["inbound", "outbound", "internal"]
    envelope: Envelope | None
    steps: list[Step]
    deliveries: list[TracedDelivery]
