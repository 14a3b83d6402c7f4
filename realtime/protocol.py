"""The frames of the agents' socket: what goes over the wire, in both directions, and how a socket closes."""

import hashlib
import hmac
import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import IntEnum
from functools import lru_cache
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

MAX_FRAME_BYTES = 64 * 1024
"""A longer frame from a client is a bad frame."""

CREDIT_EVERY = 8
"""Each event whose number this divides carries a credit."""

CREDIT_ABOVE_BYTES = 8 * 1024
"""So does each event longer than this, so that large ones cannot fill the window between two credits."""


class Close(IntEnum):
    """Close codes of every socket."""

    BAD_FRAME = 4400
    NOT_SIGNED_IN = 4401
    NOT_ALLOWED = 4403
    TOO_SLOW = 4408
    REPLACED = 4409
    RESTARTING = 4503


TRY_AGAIN_LATER = 1013
"""The close code, of RFC 6455's registry, for a socket that comes at a bad moment."""

RETURNS_PER_SECOND = 150.0
"""Sockets that come back after a restart are asked to spread out to about so many a second."""

LONGEST_RETURN = 20.0
SHORTEST_RETURN = 1.0


def come_back_within(sockets: int) -> float:
    """Return over how many seconds this many sockets should come back."""
    return min(LONGEST_RETURN, max(SHORTEST_RETURN, sockets / RETURNS_PER_SECOND))


def retry_reason(why: str, spread: float) -> str:
    """Return the reason of a close that asks its client to wait, somewhere within `spread` seconds.

    It ends in "retry in N", seconds with one decimal, another number for each call.
    """
    return f"{why}, retry in {random.uniform(0, spread):.1f}"


class BadFrame(ValueError):
    """A client's frame does not follow the protocol; its text says how, without the frame's content."""


def encode(frame: Mapping[str, Any]) -> str:
    """Return a frame as compact JSON text; ids and instants are written as the API writes them."""
    return json.dumps(frame, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def instant(moment: datetime) -> str:
    """Return an instant as UTC ISO 8601 with `Z`, to the microsecond."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def event_text(epoch: str, seq: int, name: str, at: datetime, data: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the text of an event frame, the same for all who see it, and whether it carries a credit."""
    body = encode(data)
    credited = seq % CREDIT_EVERY == 0 or len(body) > CREDIT_ABOVE_BYTES
    extra = f',"credit":"{credit(epoch, seq)}"' if credited else ""
    head = f'{{"type":"event","seq":{seq},"event":{json.dumps(name)},"at":"{instant(at)}"{extra},"data":'
    return f"{head}{body}}}", credited


def skip_text(epoch: str, first: int, last: int) -> str:
    """Return the text of the frame that stands for the events `first` to `last`, unseen by its reader."""
    start = f'"from":{first},' if first != last else ""
    return f'{{"type":"skip",{start}"seq":{last},"credit":"{credit(epoch, last)}"}}'


def ready_text(epoch: str, seq: int, *, resumed: bool) -> str:
    """Return the text that ends a replay: from here on everything is live."""
    return encode({"type": "ready", "epoch": epoch, "seq": seq, "resumed": resumed})


def resync_text(epoch: str, seq: int) -> str:
    """Return the text that tells a client to fetch afresh and go on from `seq`."""
    return encode({"type": "resync", "epoch": epoch, "seq": seq})


def health_text(*, is_well: bool) -> str:
    """Return the text that tells a client whether the hub can save and show changes just now."""
    return encode({"type": "health", "state": "well" if is_well else "degraded"})


@lru_cache(maxsize=1024)
def _credit_key(epoch: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"realtime.credit:{epoch}".encode(), "sha256")


def credit(epoch: str, seq: int) -> str:
    """Return the proof that its bearer has read up to `seq`.

    It depends on the log and the number alone, so one encoded frame serves every socket, and nobody who
    was not sent the frame can make it up.
    """
    proof = hmac.digest(_credit_key(epoch), b"%d" % seq, hashlib.sha256).hex()[:16]
    return f"{seq:x}.{proof}"


def redeem(epoch: str, value: str) -> int | None:
    """Return the number that a credit proves to have been read, or None when it proves nothing."""
    number, _, _ = value.partition(".")
    try:
        seq = int(number, 16)
    except ValueError:
        return None
    return seq if hmac.compare_digest(credit(epoch, seq).encode(), value.encode()) else None


Sequence = Annotated[int, Field(ge=0, le=2**53 - 1)]


class _Frame(BaseModel):
    """Unknown fields are ignored, so that a newer client can talk to an older hub."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Topic(_Frame):
    """What a client wants to follow."""

    kind: Literal["inbox", "board", "conversation", "queue"]
    id: UUID | None = None


class Hello(_Frame):
    """The first frame: where the client stands (nowhere yet, if `seq` is missing) and what it wants."""

    type: Literal["hello"]
    epoch: Annotated[str, Field(max_length=64)] | None = None
    seq: Sequence | None = None
    topics: Annotated[list[Topic], Field(max_length=100)] | None = None


class Ack(_Frame):
    """Keeps the credit window open; `credit` is the one that the newest frame with a credit carried."""

    type: Literal["ack"]
    seq: Sequence
    credit: Annotated[str, Field(max_length=64)] | None = None


class Subscribe(_Frame):
    """Asks for one more topic."""

    type: Literal["subscribe"]
    topic: Topic


class Unsubscribe(_Frame):
    """Gives one topic back."""

    type: Literal["unsubscribe"]
    topic: Topic


class Typing(_Frame):
    """The agent began or stopped writing in a conversation."""

    type: Literal["typing"]
    conversation: UUID
    state: Literal["start", "stop"]


class Presence(_Frame):
    """What the agent says of their availability; `again` when a page repeats it after a lost connection."""

    type: Literal["presence"]
    state: Literal["online", "away", "busy", "offline"]
    reason: Annotated[str, Field(max_length=120, pattern="^[^\\u0000]*$")] = ""
    again: bool = False


class Viewing(_Frame):
    """Which conversation this window shows, if any."""

    type: Literal["viewing"]
    conversation: UUID | None


class Ping(_Frame):
    """Asks for a pong."""

    type: Literal["ping"]


ClientFrame = Annotated[
    Hello | Ack | Subscribe | Unsubscribe | Typing | Presence | Viewing | Ping, Field(discriminator="type")
]
_client_frames: TypeAdapter[ClientFrame] = TypeAdapter(ClientFrame)


def client_frame(text: str) -> ClientFrame:
    """Return the validated frame of an agent's client; raises `BadFrame`."""
    try:
        return _client_frames.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "frame"
        raise BadFrame(f"{where}: {first['type']}") from None
