"""What a person may look up in a message as it came: its headers, and the servers that it passed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hop:
    """A server that handed the message on; `delay` is in seconds since the hop before it, None if unknown."""

    by: str
    sender: str = ""
    protocol: str = ""
    at: datetime | None = None
    delay: float | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """Headers as name and decoded value in the order of the message; hops from the sender to us."""

    headers: tuple[tuple[str, str], ...] = ()
    hops: tuple[Hop, ...] = ()
